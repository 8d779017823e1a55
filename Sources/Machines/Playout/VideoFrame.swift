public import Basics

/// A complete frame: its packets stand in the slots of `packetCount` numbers from `first` on.
public struct VideoFrame: Equatable, Sendable {
    /// The number of its first packet.
    public var first: SequenceNumber
    /// Packets.
    public var packetCount: Int
    /// Bytes of all of them.
    public var byteCount: Int
    /// The RTP timestamp.
    public var timestamp: UInt32
    /// When its last missing packet came.
    public var arrival: Instant
    /// What it is.
    public var kind: VideoPacket.Kind

    /// The number behind its last packet.
    var end: SequenceNumber { first.advanced(by: packetCount) }
}
