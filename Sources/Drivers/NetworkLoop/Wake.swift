/// Calls a closure on the network thread soon after any thread has asked for it; many requests make one call.
public final class Wake: Sendable {
    private let flag: WakeFlag
    private let handle: LoopSource.Handle

    /// Calls `woken` after each `signal`, until this is destroyed.
    public init(_ woken: @escaping @NetworkActor () -> Void) {
        let context = unsafe NetworkActor.context
        flag = unsafe WakeFlag(context)
        handle = unsafe LoopSource.Handle(WakeSource(flag, NetworkActor.proved(woken)), on: context)
    }

    /// Wakes the network thread. From any thread, real-time ones included: no lock, no memory, at most one system call.
    public func signal() { flag.raise() }
}
