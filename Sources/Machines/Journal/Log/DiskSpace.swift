/// How much of the disk is left for which entries.
struct DiskSpace: Sendable {
    /// A file that is given up when the disk is full, so that what withdraws can still be recorded.
    static let reservePath = "reserve"
    static let reserveByteCount = 1 << 20
    /// What a checkpoint takes, counted as a block of the disk.
    static let checkpointByteCount = 4096
    /// What waits for the disk in memory: beyond this, what grants and what merely reports is refused.
    static let waitingByteLimit = 4 << 20

    let quotaByteCount: Int
    /// Bytes that the log and its sidecars take.
    var usedByteCount: Int
    /// Whether the reserve is on the disk. Until the first attempt fails it is taken to be.
    var hasReserve = true
    var failure: JournalWriteFailure?

    init(quotaByteCount: Int, usedByteCount: Int) {
        self.quotaByteCount = quotaByteCount
        self.usedByteCount = usedByteCount
    }

    var health: AuditLog.Health {
        if let failure { return .broken(failure.reason) }
        let isFull = !hasReserve || usedByteCount > quotaByteCount - Self.reserveByteCount
        return isFull ? .full : .working
    }

    /// Whether what fails is only that there is no room.
    var isOutOfRoom: Bool { failure == .noSpace }

    /// Strangers may not use the last tenth.
    var isFullForStrangers: Bool { usedByteCount > quotaByteCount / 10 * 9 }
}
