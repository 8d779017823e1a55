/// How late packets come, as weights that forget: NetEQ's relative-delay histogram.
struct DelayHistogram: Sendable {
    private var weights: [Double]
    private var additions = 0

    /// Samples a bucket: 2 ms, fine enough for a quiet path.
    static let bucketWidth = PlayoutClock.samples(milliseconds: 2)
    /// What is left of the past at each addition (NetEQ's value). With one addition each 500 ms, half a minute.
    static let forgetFactor = 0.983

    init(maximum: Int) { weights = Array(repeating: 0, count: maximum / Self.bucketWidth + 1) }

    /// Adds a delay. The first ones weigh more: there is nothing yet to forget.
    mutating func add(_ delay: Int) {
        additions += 1
        let forget = min(Self.forgetFactor, 1 - 2 / Double(additions + 1))
        for index in weights.indices { weights[index] *= forget }
        weights[min(max(0, delay / Self.bucketWidth), weights.count - 1)] += 1 - forget
    }

    /// The delay that `share` of what was added did not exceed; 0 when nothing was added.
    func quantile(_ share: Double) -> Int {
        guard additions > 0 else { return 0 }
        var sum = 0.0
        for (index, weight) in weights.enumerated() {
            sum += weight
            if sum >= share { return (index + 1) * Self.bucketWidth }
        }
        return weights.count * Self.bucketWidth
    }
}
