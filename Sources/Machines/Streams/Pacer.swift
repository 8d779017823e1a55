internal import Basics

/// Spreads a window over the round trip (RFC 9002 §7.7): a bucket that fills at 1.25 windows a round trip.
struct Pacer: Sendable {
    /// What may leave at once: the initial window, so that short exchanges never wait.
    private static let burst = 10 * NewReno.datagramByteCount

    private var tokens = burst
    private var filledAt: Instant?

    /// When `byteCount` bytes may leave; nil: now.
    mutating func delay(_ byteCount: Int, window: Int, roundTrip: Duration, at now: Instant) -> Instant? {
        fill(window: window, roundTrip: roundTrip, at: now)
        let missing = byteCount - tokens
        guard missing > 0 else { return nil }
        let rate = max(1, window * 5 / 4)  // bytes a round trip
        return now + max(.nanoseconds(roundTrip.nanoseconds / Int64(rate) * Int64(missing)), .microseconds(100))
    }

    /// `byteCount` bytes leave. What is not asked (media) may overdraw the bucket by a burst.
    mutating func sent(_ byteCount: Int) { tokens = max(tokens - byteCount, -Self.burst) }

    private mutating func fill(window: Int, roundTrip: Duration, at now: Instant) {
        guard let last = filledAt else {
            filledAt = now
            return
        }
        // Both are capped, so that the product fits: beyond either the bucket is full anyway.
        let elapsed = min(max(0, (now - last).nanoseconds), 10_000_000_000)
        let earned = Int64(min(window, 1 << 28)) * 5 / 4 * elapsed / max(1, roundTrip.nanoseconds)
        guard earned > 0 else { return }  // keeps the fraction: the next call counts from the same moment
        tokens = min(Self.burst, tokens + Int(earned))
        filledAt = now
    }
}
