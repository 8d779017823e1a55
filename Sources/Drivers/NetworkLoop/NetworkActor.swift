import CGLib
import Platform

/// The network thread: all that touches sockets, timers and the node is isolated to this actor.
///
/// Its executor is a GLib main context, so that C libraries on that context call us where we already are. There is one
/// in a process; it lives for ever. Work that is enqueued before `run` waits for it.
@globalActor
public actor NetworkActor {
    /// The only instance.
    public static let shared = NetworkActor()

    nonisolated let executor = LoopExecutor()

    /// Jobs of this actor run in its loop.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    /// Runs the loop on the calling thread until `stop`. `start` runs first; what it makes lives as long as the loop,
    /// and is returned. Precondition: no other thread runs the loop.
    @discardableResult
    public static nonisolated func run<Value, E: Error>(
        _ start: @NetworkActor () throws(E) -> Value
    ) throws(E) -> Value {
        try shared.executor.run { () throws(E) in try assumeIsolated(start) }
    }

    /// Ends `run` after what is being done now. From any thread.
    public static nonisolated func stop() { shared.executor.stop() }

    /// Runs the loop on a thread of its own, for ever: for tests and benchmarks, whose main thread has other work.
    /// Calling it again does nothing.
    public static nonisolated func runInBackground() { _ = background }

    private static let background = WorkerThread("parley-net") { NetworkActor.run {} }

    /// Runs `body` here and now. Precondition: this is the network thread. It is how callbacks of C libraries enter.
    ///
    /// It costs one allocation, as `MainActor.assumeIsolated` does: a callback for each packet calls what `proved`
    /// made once instead.
    public static nonisolated func assumeIsolated<Value, E: Error>(
        _ body: @NetworkActor () throws(E) -> Value
    ) throws(E) -> Value {
        shared.executor.checkIsolated()
        typealias Isolated = @NetworkActor () throws(E) -> Value
        typealias Free = () throws(E) -> Value
        // As MainActor.assumeIsolated does it: the types differ only in the isolation that was just proved.
        return try withoutActuallyEscaping(body) { (isolated: @escaping Isolated) throws(E) -> Value in
            try unsafe unsafeBitCast(isolated, to: Free.self)()
        }
    }

    /// `body` for callers that have proved to be on the network thread: sources, which only the loop calls.
    package static nonisolated func proved<Argument>(
        _ body: @escaping @NetworkActor (Argument) -> Void
    ) -> (Argument) -> Void {
        unsafe unsafeBitCast(body, to: ((Argument) -> Void).self)
    }

    /// The same for a closure without argument.
    package static nonisolated func proved(_ body: @escaping @NetworkActor () -> Void) -> () -> Void {
        unsafe unsafeBitCast(body, to: (() -> Void).self)
    }

    /// The GMainContext that drivers of other GLib libraries attach to.
    package static nonisolated var context: OpaquePointer { unsafe shared.executor.context }
}
