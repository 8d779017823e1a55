/// A 16-bit number that wraps: the RTP sequence number (RFC 3550 §5.1).
public struct SequenceNumber: Hashable, Sendable, RawRepresentable {
    /// The number on the wire.
    public let rawValue: UInt16

    /// The number `rawValue`.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Whether this comes after `other`, by the shorter way round.
    public func isNewer(than other: SequenceNumber) -> Bool { distance(from: other) > 0 }

    /// Steps from `other` to this, from -32,768 to 32,767.
    public func distance(from other: SequenceNumber) -> Int { Int(Int16(bitPattern: rawValue &- other.rawValue)) }

    /// The number `steps` further on.
    public func advanced(by steps: Int) -> SequenceNumber {
        SequenceNumber(rawValue: rawValue &+ UInt16(truncatingIfNeeded: steps))
    }

    /// The number after this one.
    public var next: SequenceNumber { advanced(by: 1) }
}
