internal import Basics

extension AuditLog {
    /// Batch `id` is durable.
    public mutating func stored(_ id: JournalBatch.ID, at moment: Moment) {
        guard let batch = outbox.stored(id) else { return }
        space.failure = nil
        if batch.isAllocation { space.hasReserve = true }
        if let waiting = waitingCheckpoints.first, waiting.batch == id {
            storedCheckpoint = waiting.checkpoint
            waitingCheckpoints.removeFirst()
        }
        if let size = batch.size, size > acknowledgedSize {
            acknowledgedSize = size
            outputs.append(.stored(through: acknowledged))
        }
        tellHealth(at: moment)
    }

    /// Batch `id` failed; perhaps some of it is on the disk. It goes again, unchanged.
    public mutating func failed(_ id: JournalBatch.ID, _ failure: JournalWriteFailure, at moment: Moment) {
        guard let batch = outbox.failed(id) else { return }
        switch failure {
        case .noSpace where batch.isAllocation, .other where batch.isAllocation:
            outbox.dropFailed()
            loseReserve(at: moment.now)
        case .noSpace where space.hasReserve:
            outbox.addBeforeFailed([.remove(path: DiskSpace.reservePath)])
            loseReserve(at: moment.now)
        case .noSpace, .other: breakDown(failure, at: moment.now)
        }
        tellHealth(at: moment)
    }

    /// Asks for the reserve, behind everything that waits.
    mutating func allocateReserve() {
        outbox.add([.allocate(path: DiskSpace.reservePath, byteCount: DiskSpace.reserveByteCount)])
    }

    /// Tells when what can be recorded has changed; an entry says so too, as soon as one can.
    mutating func tellHealth(at moment: Moment) {
        let hasChanged = health != toldHealth
        if hasChanged { outputs.append(.health(health)) }
        toldHealth = health
        guard !isStopped else { return }
        switch health {
        case .working where hasChanged || lostCount > 0: writeStatus("working", at: moment)
        case .full where hasChanged: writeStatus("full", at: moment)
        case .working, .full, .broken: break
        }
    }

    private mutating func writeStatus(_ state: JournalWord, at moment: Moment) {
        write(.journalStatus(state, lost: lostCount), at: moment)
        lostCount = 0
    }

    private mutating func loseReserve(at now: Instant) {
        space.hasReserve = false
        timers[.reserve] = now + Self.reserveDelay
    }

    private mutating func breakDown(_ failure: JournalWriteFailure, at now: Instant) {
        space.failure = failure
        timers[.retry] = now + Self.retryDelay
    }

    /// A failing disk is tried again after this time.
    static let retryDelay: Duration = .seconds(5)
    /// The reserve is asked for again after this time.
    static let reserveDelay: Duration = .seconds(60)
}

extension JournalBatch {
    /// Whether it asks for the reserve.
    var isAllocation: Bool {
        guard case .allocate = operations.first else { return false }
        return true
    }
}
