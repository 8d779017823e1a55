/// The sender's part of an RTCP sender report (RFC 3550 §6.4.1).
public struct SenderReport: Equatable, Sendable {
    /// Who sends.
    public var ssrc: UInt32
    /// The calendar moment of the report.
    public var ntpTime: NTPTime
    /// The same moment on the source's media clock.
    public var timestamp: UInt32
    /// RTP packets sent so far; it wraps.
    public var packetCount: UInt32
    /// Payload bytes sent so far; it wraps.
    public var octetCount: UInt32

    /// A report of these fields.
    public init(ssrc: UInt32, ntpTime: NTPTime, timestamp: UInt32, packetCount: UInt32, octetCount: UInt32) {
        self.ssrc = ssrc
        self.ntpTime = ntpTime
        self.timestamp = timestamp
        self.packetCount = packetCount
        self.octetCount = octetCount
    }
}
