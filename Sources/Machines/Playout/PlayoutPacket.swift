public import Basics

/// What playout sees of a packet. The bytes stay with the caller.
public struct PlayoutPacket: Equatable, Sendable {
    /// The RTP sequence number.
    public var sequence: SequenceNumber
    /// The RTP timestamp, in samples at 48 kHz.
    public var timestamp: UInt32
    /// Samples that it decodes to, 1–5,760.
    public var sampleCount: Int
    /// Whether it also holds a coarse copy of the frame before it.
    public var carriesPrevious: Bool
    /// When it came from the network.
    public var arrival: Instant

    /// A packet of these fields.
    public init(
        sequence: SequenceNumber, timestamp: UInt32, sampleCount: Int, carriesPrevious: Bool, arrival: Instant
    ) {
        self.sequence = sequence
        self.timestamp = timestamp
        self.sampleCount = sampleCount
        self.carriesPrevious = carriesPrevious
        self.arrival = arrival
    }
}
