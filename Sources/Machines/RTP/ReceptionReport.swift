/// One report block: how one source is received (RFC 3550 §6.4.1).
public struct ReceptionReport: Equatable, Sendable {
    /// The source that is received.
    public var ssrc: UInt32
    /// Packets lost since the report before, of 256.
    public var fractionLost: UInt8
    /// Packets lost since the beginning, within ±2^23; negative when duplicates outnumber losses.
    public var cumulativeLost: Int32
    /// The highest sequence number, with the number of wraps above it.
    public var extendedSequence: UInt32
    /// Interarrival jitter in clock units.
    public var jitter: UInt32
    /// The middle bits of the newest sender report's time; 0 when there was none.
    public var lastReport: UInt32
    /// Time since that report, in 1/65,536 s.
    public var delaySinceLastReport: UInt32

    /// Number of bytes.
    static let byteCount = 24

    /// A block of these fields.
    public init(
        ssrc: UInt32, fractionLost: UInt8, cumulativeLost: Int32, extendedSequence: UInt32, jitter: UInt32,
        lastReport: UInt32, delaySinceLastReport: UInt32
    ) {
        self.ssrc = ssrc
        self.fractionLost = fractionLost
        self.cumulativeLost = max(-0x80_0000, min(0x7F_FFFF, cumulativeLost))
        self.extendedSequence = extendedSequence
        self.jitter = jitter
        self.lastReport = lastReport
        self.delaySinceLastReport = delaySinceLastReport
    }
}
