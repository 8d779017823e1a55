public import Basics
import CGLib
import Platform

/// Calls a closure on the network thread at a moment that may be moved at any time.
///
/// Moving it costs no system call. The call comes up to a millisecond late, the grain of poll(2), and never early.
@NetworkActor
public final class LoopTimer {
    private let body: TimerSource
    private let handle: LoopSource.Handle

    /// Calls `fire` at each deadline that is set; none is at first.
    public init(_ fire: @escaping @NetworkActor () -> Void) {
        body = TimerSource(NetworkActor.proved(fire))
        handle = unsafe LoopSource.Handle(body, on: NetworkActor.context)
    }

    /// The moment of the next call, by `MonotonicClock`; nil when there is none.
    public var deadline: Instant? { body.deadline }

    /// Sets the only deadline; nil for none. One that has passed fires in the next turn of the loop.
    public func set(_ deadline: Instant?) { body.deadline = deadline }
}

/// The source behind a `LoopTimer`. The deadline is read each time before the loop sleeps.
private final class TimerSource: LoopSource {
    var deadline: Instant?
    private let fire: () -> Void

    init(_ fire: @escaping () -> Void) { self.fire = fire }

    override func prepare() -> Int32 {
        guard let deadline else { return -1 }
        let left = (deadline - MonotonicClock.now).nanoseconds
        guard left > 0 else { return 0 }
        return Int32(clamping: (left - 1) / 1_000_000 + 1)  // upwards: never early
    }

    override var isReady: Bool { deadline.map { $0 <= MonotonicClock.now } ?? false }

    override func dispatch() {
        guard isReady else { return }  // it was moved since
        deadline = nil
        fire()
    }
}
