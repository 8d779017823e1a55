/// The round-trip time of one path (RFC 9002 §5).
public struct RTTEstimator: Sendable {
    /// Taken until the first sample (RFC 9002 §6.2.2).
    public static let initial: Duration = .milliseconds(333)

    /// The last sample; nil before the first.
    public private(set) var latest: Duration?
    /// The smallest of all samples, a seed among them; nil before the first.
    public private(set) var minimum: Duration?
    /// Moving average and mean deviation.
    public private(set) var smoothed = initial, variation = initial / 2
    /// How long a packet may be unacknowledged before something is sent to ask (RFC 9002 §6.2.1).
    public private(set) var probeTimeout = Duration.zero
    /// How long after its sending a packet is lost when a later one has come (RFC 9002 §6.1.2).
    public private(set) var lossDelay = Duration.zero

    /// An estimator without samples.
    public init() { settle() }

    /// Takes a sample: the time from sending a packet to its receipt, and what of it the receipt waited.
    public mutating func sample(_ roundTrip: Duration, waited: Duration) {
        defer { settle() }
        let least = min(minimum ?? roundTrip, roundTrip)
        // RFC 9002 §5.3: the wait is taken off, but nothing is below the smallest sample. Where that would be, the RFC takes
        // the whole; receipts that ride on media always wait about as long, and the whole would never be right.
        let adjusted = max(least, roundTrip - min(waited, ReceiptCollector.longestDelay))
        minimum = least
        guard latest != nil else { return begin(with: adjusted, of: roundTrip) }
        latest = roundTrip
        variation = variation * 3 / 4 + difference(smoothed, adjusted) / 4
        smoothed = smoothed * 7 / 8 + adjusted / 8
    }

    /// Takes the round trip of a handshake or challenge in place of the initial guess; samples of packets replace it.
    public mutating func seed(_ roundTrip: Duration) {
        guard latest == nil else { return }
        minimum = roundTrip
        (smoothed, variation) = (roundTrip, roundTrip / 2)
        settle()
    }

    /// Forgets the smallest sample after persistent congestion (RFC 9002 §5.2).
    public mutating func resetMinimum() { minimum = latest }

    /// RFC 9002 §6.1.2.
    private static let granularity: Duration = .milliseconds(1)

    private mutating func begin(with roundTrip: Duration, of sample: Duration) {
        latest = sample
        (smoothed, variation) = (roundTrip, roundTrip / 2)
    }

    /// Computes what is asked for with every packet, from what changes with every report.
    private mutating func settle() {
        probeTimeout = smoothed + max(variation * 4, Self.granularity) + ReceiptCollector.promptDelay
        lossDelay = max(max(smoothed, latest ?? smoothed) * 9 / 8, Self.granularity)
    }

    private func difference(_ one: Duration, _ other: Duration) -> Duration { one > other ? one - other : other - one }
}
