public import Basics

/// The clock that playout counts in: samples at 48 kHz, as Opus timestamps do (RFC 7587 §4.1).
public enum PlayoutClock {
    /// Samples a second.
    public static let rate = 48_000

    /// `milliseconds` in samples.
    public static func samples(milliseconds: Int) -> Int { milliseconds * rate / 1_000 }

    /// The samples from the clock's beginning to `instant`, rounded down.
    public static func samples(at instant: Instant) -> Int {
        let (milliseconds, rest) = instant.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return Int(milliseconds) * (rate / 1_000) + Int(rest) * (rate / 1_000) / 1_000_000
    }

    /// How long `samples` last.
    public static func duration(samples: Int) -> Duration {
        .nanoseconds(Int64(samples) * 1_000_000 / Int64(rate / 1_000))
    }
}
