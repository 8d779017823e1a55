public import Journal
internal import NetworkLoop
internal import Platform

/// One thread for all that waits for the disk, so that the network thread never does.
///
/// Jobs are done in the order in which they were submitted, and their results arrive on the network thread in that
/// order too. The first job opens what the others need:
///
/// ```swift
/// disk.perform { disk in Result { disk.state = try StateStore(at: path, key: key) } } then: { opened in … }
/// ```
public final class DiskExecutor: Sendable {
    private let results = DiskResults()
    private let thread: DiskThread
    private let worker: WorkerThread

    /// Starts the thread.
    public init() {
        let results = results
        let thread = DiskThread(results, Wake { _ = results.deliver() })
        self.thread = thread
        worker = WorkerThread("parley-disk") { thread.run() }
    }

    /// Does all of `state` durably, or nothing of it. From any thread.
    public func submit(
        state writes: [StateWrite], then: @escaping @NetworkActor (Result<Void, DiskError>) -> Void
    ) {
        thread.submit(.state(writes, then: then))
    }

    /// Does the steps of `batch`; `then` gets nil when they are done and durable. From any thread.
    public func submit(
        journal batch: JournalBatch, then: @escaping @NetworkActor (JournalBatch.ID, JournalWriteFailure?) -> Void
    ) {
        thread.submit(.journal(batch, then: then))
    }

    /// Does `work` on the disk thread and hands its result to `then`. It may open and close what `Disk` holds, and do
    /// whatever else is too slow for the network thread. From any thread.
    public func perform<Value: ~Copyable & Sendable>(
        _ work: @escaping @Sendable (inout Disk) -> Value, then: @escaping @NetworkActor (consuming Value) -> Void
    ) {
        let results = results
        thread.submit(
            .work { disk in
                let box = Box(work(&disk))
                results.append { if let value = box.take() { then(value) } }
            })
    }

    /// Finishes what was submitted, and what the results of that submit in their turn; all results have been handed
    /// out and everything is closed when this returns. Precondition: called once; nothing is submitted afterwards.
    @NetworkActor
    public func stop() {
        repeat {
            let isReached = Semaphore()
            thread.submit(.work { _ in isReached.signal() })
            isReached.wait()
        } while results.deliver()
        thread.submit(.stop)
        worker.join()
    }

    /// Carries one value from the disk thread to the network thread.
    private final class Box<Value: ~Copyable & Sendable>: @unchecked Sendable {  // one thread after the other has it
        private var value: Value?

        init(_ value: consuming Value) { self.value = consume value }

        func take() -> Value? { value.take() }
    }
}
