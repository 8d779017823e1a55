internal import Basics

/// 16 random bytes that name a call: on the wire the one that both sides share, and on this machine alone the one
/// that front ends and the journal see (SECURITY, "Persons in the journal").
public struct CallID: Hashable, Comparable, Sendable {
    /// Number of bytes.
    public static let byteCount = 16

    private let high: UInt64
    private let low: UInt64

    /// The identifier made of 16 bytes; nil for another number of them.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A fresh identifier.
    public init(using random: inout some RandomNumberGenerator) {
        high = random.next()
        low = random.next()
    }

    /// The 16 bytes as one number, most significant first.
    public var number: UInt128 { UInt128(high) << 64 | UInt128(low) }

    /// The 16 bytes.
    public var bytes: [UInt8] {
        [high, low].flatMap { half in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> UInt64($0)) }
        }
    }

    /// In the order of the bytes: of two offers that cross, the lower call id wins (PROTOCOL §2).
    public static func < (left: CallID, right: CallID) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }
}

extension CallID: CustomStringConvertible {
    /// Base64 for URLs, 22 characters.
    public var description: String { BaseEncoding.base64URL.encode(bytes) }

    /// Reads the text that `description` writes; nil for anything else.
    public init?(text: some StringProtocol) {
        guard let bytes = BaseEncoding.base64URL.decode(text) else { return nil }
        self.init(bytes)
    }
}
