/// Bech32 (BIP 173), the text form of age's keys. The length is not limited, as age's longer keys need.
enum Bech32 {
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    private static let generators: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
    private static let checksumCount = 6

    /// The text of `bytes` behind `prefix`, in lower case.
    static func encode(prefix: String, _ bytes: [UInt8]) -> String {
        let values = regroup(bytes, from: 8, to: 5, isPadded: true) ?? []
        let checked = expand(prefix) + values + [UInt8](repeating: 0, count: checksumCount)
        let sum = polynomial(checked) ^ 1
        let checksum = (0..<checksumCount).map { UInt8(truncatingIfNeeded: sum >> UInt32(5 * (5 - $0))) & 31 }
        return prefix + "1" + String(decoding: (values + checksum).map { alphabet[Int($0)] }, as: UTF8.self)
    }

    /// The prefix in lower case and the bytes of `text`; nil for a wrong checksum, mixed case or stray bits.
    static func decode(_ text: String) -> (prefix: String, bytes: [UInt8])? {
        let lower = text.lowercased()
        guard text == lower || text == text.uppercased(), text.utf8.allSatisfy({ (33...126).contains($0) }),
            let separator = lower.lastIndex(of: "1"), separator != lower.startIndex
        else { return nil }
        let prefix = String(lower[..<separator])
        var values: [UInt8] = []
        for character in lower[separator...].utf8.dropFirst() {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            values.append(UInt8(value))
        }
        guard values.count >= checksumCount, polynomial(expand(prefix) + values) == 1,
            let bytes = regroup(values.dropLast(checksumCount), from: 5, to: 8, isPadded: false)
        else { return nil }
        return (prefix, bytes)
    }

    private static func expand(_ prefix: String) -> [UInt8] {
        prefix.utf8.map { $0 >> 5 } + [0] + prefix.utf8.map { $0 & 31 }
    }

    private static func polynomial(_ values: [UInt8]) -> UInt32 {
        values.reduce(1) { sum, value in
            let top = sum >> 25
            var next = (sum & 0x1ff_ffff) << 5 ^ UInt32(value)
            for (bit, generator) in generators.enumerated() where top >> UInt32(bit) & 1 == 1 { next ^= generator }
            return next
        }
    }

    /// The same bits in groups of another width; nil when more than padding is left over.
    private static func regroup(
        _ groups: some Sequence<UInt8>, from width: Int, to newWidth: Int, isPadded: Bool
    ) -> [UInt8]? {
        var result: [UInt8] = []
        var buffer: UInt32 = 0
        var bits = 0
        for group in groups {
            buffer = (buffer << UInt32(width) | UInt32(group)) & 0xfff
            bits += width
            while bits >= newWidth {
                bits -= newWidth
                result.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)) & UInt8((1 << newWidth) - 1))
            }
        }
        let rest = UInt8(truncatingIfNeeded: buffer << UInt32(newWidth - bits)) & UInt8((1 << newWidth) - 1)
        if isPadded {
            if bits > 0 { result.append(rest) }
        } else if bits >= width || rest != 0 {
            return nil
        }
        return result
    }
}
