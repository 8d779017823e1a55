public import Basics

/// One field of a generic NACK: a missing packet, and which of the 16 after it are missing too (RFC 4585 §6.2.1, PID and
/// BLP).
public struct NACKEntry: Equatable, Sendable {
    /// The first missing packet.
    public var packetID: SequenceNumber
    /// Bit i, from the least significant: whether packet `packetID` + i + 1 is missing too.
    public var following: UInt16

    /// Packets that one entry can name.
    public static let span = 17

    /// An entry of these fields.
    public init(packetID: SequenceNumber, following: UInt16 = 0) {
        self.packetID = packetID
        self.following = following
    }

    /// The packets that are missing, in order.
    public var sequences: some Sequence<SequenceNumber> {
        (0..<Self.span).lazy.filter { [following] in $0 == 0 || following >> ($0 - 1) & 1 != 0 }
            .map { [packetID] in packetID.advanced(by: $0) }
    }

    /// Names `sequence` too; false when it is not among the 16 behind `packetID`.
    public mutating func include(_ sequence: SequenceNumber) -> Bool {
        let distance = sequence.distance(from: packetID)
        guard (1..<Self.span).contains(distance) else { return distance == 0 }
        following |= 1 << UInt16(distance - 1)
        return true
    }
}
