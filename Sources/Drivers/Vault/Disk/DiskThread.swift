import Journal
import NetworkLoop
import Platform

/// The body of the disk thread: does jobs in their order, and lets those that wait together share a sync: journal
/// batches, and writes of state. So who asks for much does not keep others waiting long.
final class DiskThread: Sendable {
    private let queue = Locked<[DiskJob]>([])
    private let arrived = Semaphore()
    private let results: DiskResults
    private let wake: Wake

    init(_ results: DiskResults, _ wake: Wake) {
        self.results = results
        self.wake = wake
    }

    /// A job, from any thread.
    func submit(_ job: DiskJob) {
        queue.withLock { $0.append(job) }
        arrived.signal()
    }

    /// Does what is submitted, until `.stop`.
    func run() {
        var disk = Disk()
        while true {
            arrived.wait()
            var jobs: [DiskJob] = []
            queue.withLock { swap(&$0, &jobs) }
            guard perform(jobs, &disk) else { return }
        }
    }

    /// Does the jobs; false when the last was to stop.
    private func perform(_ jobs: [DiskJob], _ disk: inout Disk) -> Bool {
        var rest = jobs[...]
        while let job = rest.first {
            switch job {
            case .state: performWrites(&rest, &disk)
            case .journal: performBatches(&rest, &disk)
            case .work(let work):
                work(&disk)
                wake.signal()
                rest.removeFirst()
            case .stop: return false
            }
        }
        return true
    }

    /// Does the journal batches with which `jobs` begins.
    private func performBatches(_ jobs: inout ArraySlice<DiskJob>, _ disk: inout Disk) {
        var batches: [(batch: JournalBatch, then: @NetworkActor (JournalBatch.ID, JournalWriteFailure?) -> Void)] = []
        while case .journal(let batch, let then)? = jobs.first {
            batches.append((batch, then))
            jobs.removeFirst()
        }
        let failures = disk.write(batches.map(\.batch))
        for ((batch, then), failure) in zip(batches, failures) { report { then(batch.id, failure) } }
    }

    /// So many writes share a transaction at most.
    private static let transactionLimit = 256

    /// Does the writes of state with which `jobs` begins as one transaction; if that fails each has one of its own, and
    /// its own answer.
    private func performWrites(_ jobs: inout ArraySlice<DiskJob>, _ disk: inout Disk) {
        var waiting: [(writes: [StateWrite], then: @NetworkActor (Result<Void, DiskError>) -> Void)] = []
        while waiting.count < Self.transactionLimit, case .state(let writes, let then)? = jobs.first {
            waiting.append((writes, then))
            jobs.removeFirst()
        }
        let together = disk.write(waiting.flatMap(\.writes))
        for (writes, then) in waiting {
            var result = together
            if case .failure = together, waiting.count > 1 { result = disk.write(writes) }
            let answer = result
            report { then(answer) }
        }
    }

    private func report(_ result: @escaping @NetworkActor () -> Void) {
        results.append(result)
        wake.signal()
    }
}

extension Disk {
    fileprivate func write(_ writes: [StateWrite]) -> Result<Void, DiskError> {
        guard let state else { return .failure(.notOpen) }
        do throws(StateStoreError) {
            try state.write(writes)
            return .success(())
        } catch {
            return .failure(DiskError(error))
        }
    }

    fileprivate mutating func write(_ batches: [JournalBatch]) -> [JournalWriteFailure?] {
        journal?.execute(batches) ?? batches.map { _ in .other("no log is open") }
    }
}
