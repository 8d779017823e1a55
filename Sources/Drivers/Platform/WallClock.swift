public import Basics
import CShims
import Glibc

/// The clock of `WallTime`: the calendar, which may step.
public enum WallClock {
    /// This moment.
    public static var now: WallTime { WallTime(milliseconds: nanoseconds(of: CLOCK_REALTIME) / 1_000_000) }

    /// How well the kernel believes this clock to be right.
    public struct Synchronization: Equatable, Sendable {
        /// Whether something (an NTP client) keeps the clock right.
        public let isSynchronized: Bool
        /// The largest error that it admits.
        public let maximumError: Duration
    }

    /// How well the clock is kept just now (adjtimex).
    public static var synchronization: Synchronization {
        var microseconds = 0
        let isSynchronized = unsafe parley_clock_is_synchronized(&microseconds) != 0
        return Synchronization(isSynchronized: isSynchronized, maximumError: .microseconds(microseconds))
    }
}
