/// Our work and the raw work, sampled in turn so that what else the machine does falls on both, and judged by the
/// smallest sample of each, which is the one least disturbed.
struct Comparison {
    /// Nanoseconds of the smallest sample of our work, and of the raw work.
    let nanoseconds: Double, limit: Double
    let n: Int
    let spread: Double

    /// Runs both `rounds` times after one round to warm up; `before` prepares each run of our work and is not measured.
    init(rounds: Int, before: () -> Void = {}, work: () -> Void, limit: () -> Void) {
        func measureOurs() -> Double {
            before()
            return Self.nanoseconds(work)
        }
        _ = measureOurs()
        limit()
        var ours: [Double] = [], raw: [Double] = []
        for round in 0..<rounds {
            if round.isMultiple(of: 2) { ours.append(measureOurs()) }
            raw.append(Self.nanoseconds(limit))
            if !round.isMultiple(of: 2) { ours.append(measureOurs()) }
        }
        ours.sort()
        nanoseconds = ours[0]
        self.limit = raw.min() ?? .nan
        n = rounds
        spread = ours[rounds / 2] / ours[0] - 1
    }

    /// The time of one of `count` repetitions in a sample, in nanoseconds.
    func time(repetitions count: Int) -> Measurement {
        Measurement(
            value: nanoseconds / Double(count), unit: "ns", limit: limit / Double(count), ratio: nanoseconds / limit,
            n: n, spread: spread)
    }

    /// Repetitions a second, of `count` in a sample.
    func rate(repetitions count: Int) -> Measurement {
        Measurement(
            value: Double(count) * 1e9 / nanoseconds, unit: "1/s", limit: Double(count) * 1e9 / limit,
            ratio: nanoseconds / limit, n: n, spread: spread)
    }

    private static func nanoseconds(_ body: () -> Void) -> Double {
        let (seconds, attoseconds) = ContinuousClock().measure(body).components
        return Double(seconds) * 1e9 + Double(attoseconds) / 1e9
    }
}
