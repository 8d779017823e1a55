internal import Basics

/// A budget that refills: `rate` a second, at most `burst` at once.
struct TokenBucket: Sendable {
    struct Size: Sendable {
        let rate: Int
        let burst: Int
    }

    private let size: Size
    private let interval: Int64  // nanoseconds a token
    /// When the bucket will be full. Time stands for tokens (a virtual scheduling clock), so nothing needs rounding.
    private var full: Instant

    init(_ size: Size, at now: Instant) {
        precondition(size.rate > 0 && size.burst > 0)
        self.size = size
        interval = 1_000_000_000 / Int64(size.rate)
        full = now
    }

    /// Whether nothing is missing, so that forgetting the bucket changes nothing.
    func isFull(at now: Instant) -> Bool { full <= now }

    /// Takes a token; false when there is none.
    mutating func take(at now: Instant) -> Bool {
        let next = max(full, now) + .nanoseconds(interval)
        guard next - now <= .nanoseconds(interval * Int64(size.burst)) else { return false }
        full = next
        return true
    }
}
