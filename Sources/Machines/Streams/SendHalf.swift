internal import Basics

/// The half of a stream that we send: what was written and not yet acknowledged, and what of it is due.
struct SendHalf: Sendable {
    enum State: Equatable, Sendable {
        case open
        /// No more will be written; `isFinalDue`: the end must be said (again).
        case finishing(isFinalDue: Bool)
        /// Given up; `isDue`: the RESET must be sent (again).
        case reset(code: UInt32, isDue: Bool)
        /// The peer has all, or knows that it will not.
        case done
    }

    private(set) var state = State.open
    private var buffer = StreamBuffer()
    private var acknowledged = OffsetSet()
    private var lost = RangeSet<Int>()
    private var unsent = 0
    private var isFinalAcknowledged = false
    let capacity: Int
    /// The peer's limit.
    private(set) var credit: Int
    /// Whether a `write` found too little room.
    var wantsRoom = false
    /// The limit that was last reported as blocking.
    private var blockedAt: Int?
    /// Whether STREAM_DATA_BLOCKED is to be sent.
    var isBlockedDue = false

    init(capacity: Int, credit: Int) {
        self.capacity = capacity
        self.credit = credit
    }

    /// Bytes that a write may still add.
    var room: Int { capacity - (buffer.end - buffer.base) }
    /// Whether all that was written has been acknowledged and nothing is left to say.
    var isSettled: Bool {
        switch state {
        case .open: buffer.base == buffer.end
        case .finishing, .reset: false
        case .done: true
        }
    }
    /// Whether bytes wait that never went.
    var hasUnsentBytes: Bool { unsent < buffer.end }
    /// Bytes ever sent: the final size in a RESET.
    var sentByteCount: Int { unsent }
    /// The written bytes, for those who send them.
    var bytes: StreamBuffer { _read { yield buffer } }

    /// Appends what fits, and says how much that was.
    mutating func write(_ more: RawSpan) -> Int {
        let count = min(more.byteCount, room)
        buffer.write(more.extracting(first: count), at: buffer.end)
        wantsRoom = count < more.byteCount
        return count
    }

    mutating func finish() {
        if case .open = state { state = .finishing(isFinalDue: true) }
    }

    mutating func reset(code: UInt32) {
        switch state {
        case .open, .finishing:
            state = .reset(code: code, isDue: true)
            buffer.discard(upTo: buffer.end)
            lost = RangeSet()
            isBlockedDue = false
        case .reset, .done: break
        }
    }

    /// The next bytes to send, lost ones first; empty with the end alone; nil when nothing is due.
    func due(sessionCredit: Int) -> Range<Int>? {
        switch state {
        case .reset, .done: return nil
        case .open, .finishing:
            if !lost.isEmpty { return lost.ranges.first }
            let end = min(buffer.end, credit, unsent + sessionCredit)
            if unsent < end { return unsent..<end }
            return unsent == buffer.end && isFinal(behind: unsent) ? unsent..<unsent : nil
        }
    }

    /// Whether a frame that ends at `offset` says that the stream ends there.
    func isFinal(behind offset: Int) -> Bool {
        guard case .finishing(isFinalDue: true) = state else { return false }
        return offset == buffer.end
    }

    /// A frame with `range` goes out. The answer is how many of its bytes never went before.
    mutating func sent(_ range: Range<Int>, isFinal: Bool) -> Int {
        if isFinal { state = .finishing(isFinalDue: false) }
        lost.remove(contentsOf: range)
        let fresh = max(0, range.upperBound - unsent)
        unsent += fresh
        return fresh
    }

    /// Asks for STREAM_DATA_BLOCKED when `credit` stops us, once a limit.
    mutating func noteBlocked() {
        guard unsent == credit, buffer.end > credit, blockedAt != credit else { return }
        blockedAt = credit
        isBlockedDue = true
    }

    /// The report of being blocked was lost.
    mutating func forgetBlocked() { blockedAt = nil }

    mutating func raiseCredit(to limit: Int) { credit = max(credit, limit) }

    mutating func acknowledge(_ range: Range<Int>, isFinal: Bool) {
        guard case .open = state else { return acknowledgeEnding(range, isFinal: isFinal) }
        release(range)
    }

    private mutating func acknowledgeEnding(_ range: Range<Int>, isFinal: Bool) {
        guard case .finishing = state else { return }
        release(range)
        if isFinal { isFinalAcknowledged = true }
        if isFinalAcknowledged, buffer.base == buffer.end { state = .done }
    }

    private mutating func release(_ range: Range<Int>) {
        acknowledged.insert(range)
        lost.remove(contentsOf: range)
        buffer.discard(upTo: acknowledged.front)
    }

    /// What of `range` is not acknowledged goes out again.
    mutating func lose(_ range: Range<Int>, isFinal: Bool) {
        switch state {
        case .open, .finishing:
            for missing in acknowledged.missing(of: range).ranges { lost.insert(contentsOf: missing) }
            if isFinal, !isFinalAcknowledged { state = .finishing(isFinalDue: true) }
        case .reset, .done: break
        }
    }

    mutating func acknowledgeReset() {
        if case .reset = state { state = .done }
    }

    /// Marks the RESET as sent (false) or lost (true).
    mutating func setResetDue(_ isDue: Bool) {
        if case .reset(let code, _) = state { state = .reset(code: code, isDue: isDue) }
    }
}
