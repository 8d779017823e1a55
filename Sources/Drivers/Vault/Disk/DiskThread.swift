import Journal
import NetworkLoop
import Platform

/// The body of the disk thread: does jobs in their order, and lets journal batches that wait together share a sync.
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
            case .state(let writes, let then):
                let result = disk.write(writes)
                report { then(result) }
                rest.removeFirst()
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
