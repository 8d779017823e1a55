/// A literal IPv4 or IPv6 address. Names are never resolved here.
public struct IPAddress: Hashable, Sendable {
    /// The version of the address.
    public enum Family: Hashable, Sendable { case v4, v6 }

    /// Whether this is an IPv4 or an IPv6 address.
    public let family: Family
    private let high: UInt64
    private let low: UInt64

    /// The IPv4 address whose four bytes, most significant first, are `bits`.
    public init(v4 bits: UInt32) {
        self.init(family: .v4, high: 0, low: UInt64(bits))
    }

    /// The IPv6 address whose 16 bytes, most significant first, are `high` and `low`. A mapped address
    /// (`::ffff:a.b.c.d`) becomes the IPv4 address that it names, so that one host has one form.
    public init(v6 high: UInt64, _ low: UInt64) {
        if high == 0, low >> 32 == 0xFFFF {
            self.init(v4: UInt32(truncatingIfNeeded: low))
        } else {
            self.init(family: .v6, high: high, low: low)
        }
    }

    private init(family: Family, high: UInt64, low: UInt64) {
        self.family = family
        self.high = high
        self.low = low
    }

    /// The address in 4 or 16 bytes of network order; nil for another length.
    public init?(bytes: some Collection<UInt8>) {
        switch bytes.count {
        case 4: self.init(v4: bytes.reduce(0) { $0 << 8 | UInt32($1) })
        case 16:
            self.init(
                v6: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
                bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) })
        default: return nil
        }
    }

    /// Four or 16 bytes in network order.
    public var bytes: [UInt8] {
        switch family {
        case .v4: stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: low >> UInt64($0)) }
        case .v6:
            [high, low].flatMap { half in
                stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> UInt64($0)) }
            }
        }
    }

    /// The upper and lower half of an IPv6 address; for IPv4, 0 and the address.
    public var halves: (high: UInt64, low: UInt64) { (high, low) }
}

extension IPAddress {
    /// 127.0.0.0/8 or ::1.
    public var isLoopback: Bool { family == .v4 ? low >> 24 == 127 : high == 0 && low == 1 }
    /// 0.0.0.0/8 ("this network") or ::.
    public var isUnspecified: Bool { family == .v4 ? low >> 24 == 0 : high == 0 && low == 0 }
    /// 224.0.0.0/4 or ff00::/8.
    public var isMulticast: Bool { family == .v4 ? low >> 28 == 0xE : high >> 56 == 0xFF }
    /// 255.255.255.255.
    public var isBroadcast: Bool { family == .v4 && low == 0xFFFF_FFFF }
    /// 169.254.0.0/16 or fe80::/10.
    public var isLinkLocal: Bool { family == .v4 ? low >> 16 == 0xA9FE : high >> 54 == 0x3FA }
    /// The private ranges of RFC 1918, 100.64.0.0/10 (RFC 6598), or fc00::/7 (RFC 4193).
    public var isPrivate: Bool {
        switch family {
        case .v4: low >> 24 == 10 || low >> 20 == 0xAC1 || low >> 16 == 0xC0A8 || low >> 22 == 0x191
        case .v6: high >> 57 == 0x7E
        }
    }
}

extension IPAddress: Comparable {
    /// IPv4 first, then by the number that the address is.
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        if left.family != right.family { return left.family == .v4 }
        return left.high == right.high ? left.low < right.low : left.high < right.high
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted decimal, or the canonical text of RFC 5952.
    public var description: String {
        switch family {
        case .v4: bytes.map(String.init).joined(separator: ".")
        case .v6: Self.canonicalText(groups)
        }
    }

    private var groups: [UInt16] {
        [high, low].flatMap { half in
            stride(from: 48, through: 0, by: -16).map { UInt16(truncatingIfNeeded: half >> UInt64($0)) }
        }
    }

    /// RFC 5952 §4: lower case, no leading zeros, `::` for the first longest run of two or more zero groups.
    private static func canonicalText(_ groups: [UInt16]) -> String {
        var longest = 0..<0
        var start = 0
        while start < groups.count {
            var end = start
            while end < groups.count, groups[end] == 0 { end += 1 }
            if end - start > max(longest.count, 1) { longest = start..<end }
            start = max(end, start + 1)
        }
        func text(_ part: ArraySlice<UInt16>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
        return longest.isEmpty
            ? text(groups[...]) : "\(text(groups[..<longest.lowerBound]))::\(text(groups[longest.upperBound...]))"
    }

    /// Reads dotted decimal or any legal IPv6 text (RFC 4291 §2.2) without a zone; nil for anything else.
    public init?(_ text: some StringProtocol) {
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let groups = Self.parseGroups(String(text)) else { return nil }
            self.init(
                v6: groups.prefix(4).reduce(0) { $0 << 16 | UInt64($1) },
                groups.dropFirst(4).reduce(0) { $0 << 16 | UInt64($1) })
        } else {
            guard let bits = Self.parseDotted(text) else { return nil }
            self.init(v4: bits)
        }
    }

    private static func parseDotted(_ text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard part.utf8.allSatisfy({ (48...57).contains($0) }), let byte = UInt8(part),
                part.count == 1 || part.first != "0"
            else { return nil }
            bits = bits << 8 | UInt32(byte)
        }
        return bits
    }

    private static func parseGroups(_ text: String) -> [UInt16]? {
        guard text.utf8.count <= 45 else { return nil }
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard halves.count <= 2 else { return nil }
        guard let first = parseRun(halves[0], isLast: halves.count == 1) else { return nil }
        guard halves.count == 2 else { return first.count == 8 ? first : nil }
        guard let second = parseRun(halves[1], isLast: true), first.count + second.count <= 7 else { return nil }
        return first + Array(repeating: 0, count: 8 - first.count - second.count) + second
    }

    private static func parseRun(_ text: String, isLast: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if part.utf8.contains(UInt8(ascii: ".")) {
                guard isLast, index == parts.count - 1, let bits = parseDotted(part) else { return nil }
                groups += [UInt16(truncatingIfNeeded: bits >> 16), UInt16(truncatingIfNeeded: bits)]
            } else {
                guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ $0 != UInt8(ascii: "+") }),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                groups.append(group)
            }
        }
        return groups.count <= 8 ? groups : nil
    }
}
