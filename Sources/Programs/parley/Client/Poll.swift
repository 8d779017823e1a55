import Basics
import ControlAPI
import Glibc
import Platform

/// Waiting for one descriptor, signals and a deadline at once.
enum Poll {
    enum Outcome {
        case readable
        case signal(Int32)
        case timeout
    }

    static func wait(
        for descriptor: borrowing Descriptor, or signals: SignalWatch?, before deadline: Instant?
    ) throws(Failure) -> Outcome {
        var entries = [pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)]
        if let number = signals?.descriptor.rawValue {
            entries.append(pollfd(fd: number, events: Int16(POLLIN), revents: 0))
        }
        while true {
            let rest = deadline.map { max(0, ($0 - MonotonicClock.now).milliseconds.rounded(.up)) }
            let ready = unsafe poll(&entries, nfds_t(entries.count), Int32(min(rest ?? -1, 1_000_000)))
            if ready < 0, errno != EINTR { throw Failure(.inputOutput, "io", "\(SystemError.last("poll"))") }
            if ready > 0, entries.count > 1, entries[1].revents != 0, let number = signals?.next() {
                return .signal(number)
            }
            if ready > 0, entries[0].revents != 0 { return .readable }
            if let deadline, deadline <= MonotonicClock.now { return .timeout }
        }
    }
}
