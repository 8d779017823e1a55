/// A moment on a monotonic clock that starts anywhere and never steps. Never compared with `WallTime`.
public struct Instant: Hashable, Comparable, Sendable {
    /// Nanoseconds since the clock's own beginning.
    public let nanoseconds: Int64

    /// The moment `nanoseconds` after the clock's own beginning.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The clock's beginning.
    public static let zero = Instant(nanoseconds: 0)
    /// Later than every moment that happens: a deadline that never comes.
    public static let distantFuture = Instant(nanoseconds: .max)

    /// Orders moments by time.
    public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The moment `duration` later, clamped to the range of the clock.
    public static func + (instant: Instant, duration: Duration) -> Instant {
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(duration.nanoseconds)
        return overflow ? (duration < .zero ? Instant(nanoseconds: .min) : .distantFuture) : Instant(nanoseconds: sum)
    }

    /// The moment `duration` earlier, clamped to the range of the clock.
    public static func - (instant: Instant, duration: Duration) -> Instant { instant + (.zero - duration) }

    /// The time from `earlier` to `later`; negative when they are the other way round.
    public static func - (later: Instant, earlier: Instant) -> Duration {
        Duration(attoseconds: Int128(later.nanoseconds.subtractingClamped(earlier.nanoseconds)) * 1_000_000_000)
    }

    /// The earlier of the two; this one when there is no other.
    public func orEarlier(_ other: Instant?) -> Instant { other.map { min(self, $0) } ?? self }

    /// Moves the moment on by `duration`.
    public static func += (instant: inout Instant, duration: Duration) { instant = instant + duration }
}

extension Duration {
    /// The length in whole nanoseconds, clamped to what 64 bits hold (292 years).
    public var nanoseconds: Int64 { Int64(clamping: attoseconds / 1_000_000_000) }

    /// The length in milliseconds, with its fraction: for reports to people.
    public var milliseconds: Double { Double(nanoseconds) / 1_000_000 }

    /// The length in seconds, with its fraction: for reports to people.
    public var inSeconds: Double { Double(nanoseconds) / 1_000_000_000 }
}

extension Int64 {
    fileprivate func subtractingClamped(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (self < 0 ? .min : .max) : difference
    }
}
