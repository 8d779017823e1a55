import CGLib
import Platform
import Synchronization

/// Runs the jobs of `NetworkActor` in a GLib main context, on whichever thread iterates it.
@safe
final class LoopExecutor: SerialExecutor, @unchecked Sendable {  // `running` belongs to the loop's thread
    /// The GMainContext; never freed, since jobs may come at any time.
    let context: OpaquePointer
    private let jobs = Locked<[UnownedJob]>([])
    private var running: [UnownedJob] = []
    private let isStopped = Atomic(false)
    private var wake: LoopSource.Handle?
    private let flag: WakeFlag

    init() {
        guard let context = unsafe g_main_context_new() else { preconditionFailure("GLib makes no main context") }
        unsafe self.context = context
        flag = unsafe WakeFlag(context)
        wake = unsafe LoopSource.Handle(
            WakeSource(flag) { [unowned self] in drain() }, on: context)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        flag.raise()
    }

    /// Runs what was enqueued by now; what these jobs enqueue waits for the next turn, so that sockets get theirs.
    private func drain() {
        jobs.withLock { swap(&$0, &running) }
        for job in running { unsafe job.runSynchronously(on: asUnownedSerialExecutor()) }
        running.removeAll(keepingCapacity: true)
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { unsafe UnownedSerialExecutor(ordinary: self) }

    func isIsolatingCurrentContext() -> Bool? { unsafe g_main_context_is_owner(context) != 0 }

    func checkIsolated() {
        precondition(unsafe g_main_context_is_owner(context) != 0, "this is not the network thread")
    }

    func run<Value, E: Error>(_ start: () throws(E) -> Value) throws(E) -> Value {
        let isFree = unsafe g_main_context_acquire(context) != 0
        precondition(isFree, "another thread runs the loop")
        unsafe g_main_context_push_thread_default(context)
        defer {
            unsafe g_main_context_pop_thread_default(context)
            unsafe g_main_context_release(context)
        }
        let value = try start()
        while !isStopped.exchange(false, ordering: .acquiringAndReleasing) {
            unsafe g_main_context_iteration(context, 1)
        }
        return value
    }

    func stop() {
        isStopped.store(true, ordering: .releasing)
        unsafe g_main_context_wakeup(context)
    }
}
