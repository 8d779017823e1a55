public import Basics
import Glibc

/// The clock of `Instant`: never steps, stands still while the machine sleeps (CLOCK_MONOTONIC).
public enum MonotonicClock {
    /// This moment.
    public static var now: Instant { Instant(nanoseconds: nanoseconds(of: CLOCK_MONOTONIC)) }
}

/// Nanoseconds that `clock` shows.
func nanoseconds(of clock: Int32) -> Int64 {
    var time = timespec()
    let result = unsafe clock_gettime(clock, &time)
    precondition(result == 0, "the kernel has no clock \(clock)")
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
