/// A budget that refills: a token each `interval`, at most `burst` at once.
public struct TokenBucket: Equatable, Sendable {
    /// How fast it refills, and how much it holds.
    public struct Size: Equatable, Sendable {
        /// The time in which a token comes.
        public let interval: Duration
        /// Tokens that are there at most.
        public let burst: Int

        /// `rate` tokens a second.
        public init(rate: Int, burst: Int) {
            precondition(rate > 0 && burst > 0)
            self.init(interval: .nanoseconds(1_000_000_000 / Int64(rate)), burst: burst)
        }

        /// A token each `interval`.
        public init(interval: Duration, burst: Int) {
            self.interval = interval
            self.burst = burst
        }
    }

    private let size: Size
    /// When the bucket will be full. Time stands for tokens (a virtual scheduling clock), so nothing needs rounding.
    private var full: Instant

    /// A full bucket.
    public init(_ size: Size, at now: Instant) {
        self.size = size
        full = now
    }

    /// Whether nothing is missing, so that forgetting the bucket changes nothing.
    public func isFull(at now: Instant) -> Bool { full <= now }

    /// When there is a token at the earliest.
    public var nextToken: Instant { full - size.interval * (size.burst - 1) }

    /// Takes a token; false when there is none.
    public mutating func take(at now: Instant) -> Bool {
        guard nextToken <= now else { return false }
        full = max(full, now) + size.interval
        return true
    }
}
