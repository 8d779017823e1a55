public import Basics

/// Numbers the packets of one source and counts them for its reports. Sequence number and timestamp start at random
/// values (RFC 3550 §5.1), which are given in.
public struct RTPSender: Sendable {
    /// The source's name on the wire.
    public let ssrc: UInt32
    /// What it sends.
    public let payloadType: UInt8
    /// Packets sent; it wraps, as in the report.
    public private(set) var packetCount: UInt32 = 0
    /// Payload bytes sent; it wraps, as in the report.
    public private(set) var octetCount: UInt32 = 0

    private var sequence: SequenceNumber
    private let firstTimestamp: UInt32

    /// A source that has sent nothing yet.
    public init(
        ssrc: UInt32, firstSequence: SequenceNumber, firstTimestamp: UInt32,
        payloadType: UInt8 = OpusPayload.payloadType
    ) {
        self.ssrc = ssrc
        self.payloadType = payloadType
        self.firstTimestamp = firstTimestamp
        sequence = firstSequence
    }

    /// The header of the next packet, whose first sample was due `mediaTime` clock units after the source's start.
    public mutating func nextHeader(mediaTime: UInt32, marker: Bool, payloadByteCount: Int) -> RTPHeader {
        defer {
            sequence = sequence.next
            packetCount &+= 1
            octetCount &+= UInt32(truncatingIfNeeded: payloadByteCount)
        }
        return RTPHeader(
            marker: marker, payloadType: payloadType, sequence: sequence, timestamp: firstTimestamp &+ mediaTime,
            ssrc: ssrc)
    }

    /// What a sender report says at `time`, when the source's clock shows `mediaTime` (RFC 3550 §6.4.1).
    public func report(mediaTime: UInt32, at time: WallTime) -> SenderReport {
        SenderReport(
            ssrc: ssrc, ntpTime: NTPTime(time), timestamp: firstTimestamp &+ mediaTime, packetCount: packetCount,
            octetCount: octetCount)
    }
}
