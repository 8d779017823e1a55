/// What waits for the disk: one batch under way, others behind it, and one that still grows (group commit).
struct Outbox {
    /// A batch that failed waits for its time, then goes again unchanged.
    private enum State { case idle, underWay(JournalBatch), failed(JournalBatch) }

    private var state = State.idle
    private var queue: [JournalBatch] = []
    private var growing = BatchBuilder()
    private var sizeWhenGrown: Int?
    private var lastNumber: UInt64 = 0

    /// Bytes that are not stored yet, about.
    private(set) var waitingByteCount = 0

    /// Nothing waits.
    var isEmpty: Bool {
        guard case .idle = state else { return false }
        return queue.isEmpty && growing.isEmpty
    }

    /// A batch failed and waits for its time.
    var isStuck: Bool { if case .failed = state { true } else { false } }

    /// Adds to the batch that grows; `size` is the log's when that is done.
    mutating func add(size: Int, _ change: (inout BatchBuilder) -> Void) {
        let before = growing.byteCount
        change(&growing)
        waitingByteCount += growing.byteCount - before
        sizeWhenGrown = size
    }

    /// Adds steps of their own behind all that waits; `size` is what they acknowledge, if anything. The answer is their
    /// batch; nil when there are none.
    @discardableResult
    mutating func add(_ operations: [JournalOperation], size: Int? = nil) -> JournalBatch.ID? {
        closeGrowing()
        guard !operations.isEmpty else { return nil }
        let batch = batch(operations, size: size)
        queue.append(batch)
        return batch.id
    }

    /// Puts steps before a batch that failed, and lets that go again after them.
    mutating func addBeforeFailed(_ operations: [JournalOperation]) {
        guard case .failed(let failed) = state else { return }
        queue.insert(contentsOf: [batch(operations, size: nil), failed], at: 0)
        state = .idle
    }

    /// The next batch to write; nil when one is under way, failed, or nothing waits.
    mutating func next() -> JournalBatch? {
        guard case .idle = state else { return nil }
        if queue.isEmpty { closeGrowing() }
        guard !queue.isEmpty else { return nil }
        let batch = queue.removeFirst()
        state = .underWay(batch)
        return batch
    }

    /// Batch `id` is stored; nil when it is not the one under way.
    mutating func stored(_ id: JournalBatch.ID) -> JournalBatch? {
        guard case .underWay(let batch) = state, batch.id == id else { return nil }
        state = .idle
        if isEmpty { waitingByteCount = 0 } else { waitingByteCount -= min(waitingByteCount, batch.byteCount) }
        return batch
    }

    /// Batch `id` failed; it waits for `retry`. Nil when it is not the one under way.
    mutating func failed(_ id: JournalBatch.ID) -> JournalBatch? {
        guard case .underWay(let batch) = state, batch.id == id else { return nil }
        state = .failed(batch)
        return batch
    }

    /// Lets a failed batch go again.
    mutating func retry() {
        guard case .failed(let batch) = state else { return }
        queue.insert(batch, at: 0)
        state = .idle
    }

    /// Gives a failed batch up.
    mutating func dropFailed() {
        if case .failed = state { state = .idle }
    }

    private mutating func closeGrowing() {
        guard !growing.isEmpty else { return }
        queue.append(batch(growing.operations, size: sizeWhenGrown))
        growing = BatchBuilder()
    }

    private mutating func batch(_ operations: [JournalOperation], size: Int?) -> JournalBatch {
        lastNumber += 1
        return JournalBatch(id: JournalBatch.ID(number: lastNumber), operations: operations, size: size)
    }
}

extension JournalBatch {
    fileprivate var byteCount: Int {
        operations.reduce(0) { sum, operation in
            switch operation {
            case .write(_, _, let bytes), .replace(_, let bytes): sum + bytes.count
            case .sync, .seal, .truncate, .remove, .wipe, .allocate: sum
            }
        }
    }
}
