internal import Basics

/// A budget that refills: a token each `interval`, at most `burst` at once.
struct TokenBucket: Sendable {
    struct Size: Sendable {
        let interval: Duration
        let burst: Int

        /// `rate` tokens a second.
        init(rate: Int, burst: Int) {
            precondition(rate > 0 && burst > 0)
            self.init(interval: .nanoseconds(1_000_000_000 / Int64(rate)), burst: burst)
        }

        init(interval: Duration, burst: Int) {
            self.interval = interval
            self.burst = burst
        }
    }

    private let size: Size
    /// When the bucket will be full. Time stands for tokens (a virtual scheduling clock), so nothing needs rounding.
    private var full: Instant

    init(_ size: Size, at now: Instant) {
        self.size = size
        full = now
    }

    /// Whether nothing is missing, so that forgetting the bucket changes nothing.
    func isFull(at now: Instant) -> Bool { full <= now }

    /// Takes a token; false when there is none.
    mutating func take(at now: Instant) -> Bool {
        let next = max(full, now) + size.interval
        guard next - now <= size.interval * size.burst else { return false }
        full = next
        return true
    }
}
