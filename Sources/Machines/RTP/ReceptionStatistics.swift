public import Basics

/// How one source is received: extended sequence number, loss and interarrival jitter (RFC 3550 §6.4.1, A.1, A.3, A.8).
///
/// Feed every packet of the source, in the order of arrival, duplicates included.
public struct ReceptionStatistics: Sendable {
    /// Packets that arrived, duplicates included.
    public private(set) var received = 0
    /// Interarrival jitter: the smoothed difference of transit times.
    public var jitter: Duration { .nanoseconds(Int64(smoothedJitter / Double(clockRate) * 1e9)) }

    private let clockRate: Int
    private var source: UInt32?
    private var base = 0  // the extended sequence number of the first packet
    private var highest = 0  // the highest extended sequence number
    private var suspect: SequenceNumber?  // what must follow before a great jump is believed
    private var transit: Int64?
    private var smoothedJitter = 0.0
    private var expectedBefore = 0, receivedBefore = 0
    private var senderReport: (name: UInt32, arrival: Instant)?

    /// RFC 3550 A.1: a gap up to this is loss, not a restart.
    private static let maximumDropout = 3_000
    /// RFC 3550 A.1: a step back up to this is reordering, not a restart.
    private static let maximumMisorder = 100

    /// Nothing received yet; timestamps count `clockRate` units a second.
    public init(clockRate: Int = OpusPayload.clockRate) { self.clockRate = clockRate }

    /// Packets that should have arrived by now.
    public var expected: Int { source == nil ? 0 : highest - base + 1 }
    /// Packets that did not arrive; negative when duplicates outnumber losses.
    public var lost: Int { expected - received }

    /// A packet with this header arrived.
    public mutating func received(_ header: RTPHeader, at now: Instant) {
        guard header.ssrc == source else { return restart(with: header, at: now) }
        let step = header.sequence.distance(from: Self.sequence(highest))
        switch step {
        case ...(-Self.maximumMisorder), Self.maximumDropout...:
            guard header.sequence == suspect else {
                suspect = header.sequence.next
                return
            }
            return restart(with: header, at: now)
        default: break
        }
        suspect = nil
        highest = max(highest, highest + step)
        received += 1
        updateJitter(header.timestamp, at: now)
    }

    /// A sender report of the source arrived.
    public mutating func received(_ report: SenderReport, at now: Instant) {
        guard report.ssrc == source else { return }
        senderReport = (report.ntpTime.middle, now)
    }

    /// What to report about the source now; the next report's fraction counts from here. Nil before the first packet.
    public mutating func report(at now: Instant) -> ReceptionReport? {
        guard let source else { return nil }
        let expectedNow = expected - expectedBefore
        let lostNow = expectedNow - (received - receivedBefore)
        (expectedBefore, receivedBefore) = (expected, received)
        let fraction = expectedNow > 0 && lostNow > 0 ? min(255, lostNow * 256 / expectedNow) : 0
        return ReceptionReport(
            ssrc: source, fractionLost: UInt8(fraction), cumulativeLost: Int32(clamping: lost),
            extendedSequence: UInt32(truncatingIfNeeded: highest), jitter: UInt32(smoothedJitter),
            lastReport: senderReport?.name ?? 0, delaySinceLastReport: delaySinceReport(at: now))
    }

    private func delaySinceReport(at now: Instant) -> UInt32 {
        guard let senderReport else { return 0 }
        return UInt32(clamping: Int64((now - senderReport.arrival).inSeconds * 65_536))
    }

    private mutating func restart(with header: RTPHeader, at now: Instant) {
        self = ReceptionStatistics(clockRate: clockRate)
        source = header.ssrc
        base = Int(header.sequence.rawValue)
        highest = base
        received = 1
        updateJitter(header.timestamp, at: now)
    }

    /// RFC 3550 A.8: J += (|D| - J) / 16.
    private mutating func updateJitter(_ timestamp: UInt32, at now: Instant) {
        let arrival = Int64(Double(now.nanoseconds) * Double(clockRate) / 1e9)
        let transitNow = arrival &- Int64(timestamp)
        defer { transit = transitNow }
        guard let transit else { return }
        // The timestamp wraps at 32 bits: so does the difference.
        let difference = Int32(truncatingIfNeeded: transitNow &- transit)
        smoothedJitter += (Double(difference.magnitude) - smoothedJitter) / 16
    }

    private static func sequence(_ extended: Int) -> SequenceNumber {
        SequenceNumber(rawValue: UInt16(truncatingIfNeeded: extended))
    }
}
