/// Whether losses are frequent enough to pay a frame of delay for mending them from the packet behind.
struct LossEstimator: Sendable {
    private var share = 0.0
    /// Whether to wait for the packet behind a lost one.
    private(set) var isFrequent = false

    /// About the last 5 s of 20 ms frames weigh in.
    private static let weight = 1.0 / 256
    /// One loss in 5 s does not count as frequent, three do.
    private static let begin = 0.01
    private static let end = 0.004

    mutating func add(isLost: Bool) {
        share += ((isLost ? 1 : 0) - share) * Self.weight
        isFrequent = share > (isFrequent ? Self.end : Self.begin)
    }
}
