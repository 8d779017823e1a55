import Basics

/// Estimates how much later than the fastest packet a packet may come, after NetEQ: a quantile of the worst delay of
/// each half second, and for two seconds after a peak the peak itself, so that the target grows at once.
///
/// Transit is arrival minus timestamp, in samples. Only differences of transits mean anything: the two clocks are not
/// the same, and drift. That is why the fastest packet is looked for in the last two seconds only.
struct DelayEstimator: Sendable {
    private struct Extremes { var fastest = Int.max, slowest = Int.min }

    private var window: [Extremes]
    private var newest = Int.min  // the number of the newest part of the window
    private var histogram: DelayHistogram
    private var usual = 0  // the histogram's quantile
    private var worst = 0  // of the current interval
    private var intervalEnd: Int?
    private let maximum: Int

    private static let parts = 8
    private static let partLength = PlayoutClock.samples(milliseconds: 250)
    private static let interval = PlayoutClock.samples(milliseconds: 500)
    private static let share = 0.95

    init(maximum: Int) {
        self.maximum = maximum
        histogram = DelayHistogram(maximum: maximum)
        window = Array(repeating: Extremes(), count: Self.parts)
    }

    /// The transit of the fastest packet of late; nil before any.
    private(set) var fastest: Int?

    /// A packet with this transit came at `now`.
    mutating func arrived(transit: Int, at now: Int) {
        advance(to: now / Self.partLength)
        let index = modulo(newest)
        window[index].fastest = min(window[index].fastest, transit)
        let fastest = window.reduce(transit) { min($0, $1.fastest) }
        self.fastest = fastest
        // What is later than we would ever wait for is an outage, not jitter: waiting longer would not help.
        guard transit - fastest <= maximum else { return }
        window[index].slowest = max(window[index].slowest, transit)
        worst = max(worst, transit - fastest)
        if now >= intervalEnd ?? .min { endInterval(at: now) }
        let peak = window.reduce(fastest) { max($0, $1.slowest) } - fastest
        needed = min(maximum, max(usual, peak))
    }

    /// How long the fastest packet should wait so that the others come in time.
    private(set) var needed = 0

    private mutating func endInterval(at now: Int) {
        if intervalEnd != nil {
            histogram.add(worst)
            usual = histogram.quantile(Self.share)
        }
        intervalEnd = now + Self.interval
        worst = 0
    }

    /// Forgets which packet was fastest, not how much delays vary: the source begins anew.
    mutating func rebase() {
        for index in window.indices { window[index] = Extremes() }
        fastest = nil
        worst = 0
        intervalEnd = nil
    }

    private mutating func advance(to part: Int) {
        guard part > newest else { return }
        let steps = newest == .min ? Self.parts : min(Self.parts, part - newest)
        newest = part
        for step in 0..<steps { window[modulo(part - step)] = Extremes() }
    }

    private func modulo(_ part: Int) -> Int { (part % Self.parts + Self.parts) % Self.parts }
}
