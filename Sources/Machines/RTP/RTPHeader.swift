public import Basics

/// The fixed header of an RTP packet (RFC 3550 §5.1). We write it without CSRCs, extension or padding:
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// |V=2|P|X|  CC   |M|     PT      |       sequence number         |
/// |                           timestamp                           |
/// |                             SSRC                              |
/// ```
public struct RTPHeader: Equatable, Sendable {
    /// For sound: the first packet after a silence (RFC 7587 §4.1).
    public var marker: Bool
    /// What the payload is, 0–127.
    public var payloadType: UInt8
    /// Counts packets.
    public var sequence: SequenceNumber
    /// The sampling moment of the payload's first sample, in units of the payload's clock. It wraps.
    public var timestamp: UInt32
    /// The source that the sequence numbers and timestamps belong to.
    public var ssrc: UInt32

    /// Number of bytes.
    public static let byteCount = 12

    /// A header of these fields. Precondition: `payloadType` is below 128.
    public init(marker: Bool, payloadType: UInt8, sequence: SequenceNumber, timestamp: UInt32, ssrc: UInt32) {
        precondition(payloadType < 128)
        self.marker = marker
        self.payloadType = payloadType
        self.sequence = sequence
        self.timestamp = timestamp
        self.ssrc = ssrc
    }

    /// Writes the header to the first 12 bytes. Precondition: there are 12.
    public func write(to packet: inout MutableRawSpan) {
        packet.writeBigEndian(UInt16(0x8000) | (marker ? 0x80 : 0) | UInt16(payloadType), at: 0)
        packet.writeBigEndian(sequence.rawValue, at: 2)
        packet.writeBigEndian(timestamp, at: 4)
        packet.writeBigEndian(ssrc, at: 8)
    }
}
