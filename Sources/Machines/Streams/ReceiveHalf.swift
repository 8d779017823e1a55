internal import Basics

/// The half of a stream that the peer sends: puts the pieces in order and holds them for the reader.
struct ReceiveHalf: Sendable {
    enum State: Equatable, Sendable {
        case receiving
        /// We want no more of it; `isDue`: STOP must be sent (again).
        case stopped(code: UInt32, isDue: Bool)
        /// The reader has all, or will get no more.
        case done
    }

    private(set) var state = State.receiving
    private var buffer = StreamBuffer()
    private var arrived = OffsetSet()
    private(set) var credit: ReceiveCredit
    private var finalSize: Int?
    /// Whether MAX_STREAM_DATA is to be sent.
    var isCreditDue = false

    init(window: Int) { credit = ReceiveCredit(window: window) }

    /// Bytes in order that have not been read.
    var readableByteCount: Int { arrived.front - buffer.base }
    /// Bytes of memory taken.
    var capacity: Int { buffer.capacity }

    /// Takes one STREAM frame. The answer is how far the stream grew, for the session's credit.
    mutating func accept(
        _ bytes: RawSpan, at offset: Int, isFinal: Bool, of id: StreamID, islands limit: Int
    ) throws(StreamViolation) -> Int {
        let end = offset + bytes.byteCount
        if isFinal { try setFinalSize(end, of: id) }
        let growth = try grow(to: end, of: id)
        guard case .receiving = state else {
            if finalSize != nil { state = .done }
            return growth
        }
        buffer.write(bytes, at: offset)
        arrived.insert(offset..<end)
        guard arrived.islandCount <= limit else { throw .tooManyGaps(id) }
        return growth
    }

    /// Takes a RESET. The answer is how far the stream grew, for the session's credit.
    mutating func accept(reset size: Int, of id: StreamID) throws(StreamViolation) -> Int {
        try setFinalSize(size, of: id)
        return try grow(to: size, of: id)
    }

    private mutating func setFinalSize(_ size: Int, of id: StreamID) throws(StreamViolation) {
        guard size >= credit.received, finalSize ?? size == size else { throw .finalSize(id) }
        finalSize = size
    }

    private mutating func grow(to end: Int, of id: StreamID) throws(StreamViolation) -> Int {
        guard end <= finalSize ?? end else { throw .finalSize(id) }
        let growth = max(0, end - credit.received)
        guard credit.receive(growth) else { throw .overCredit(id) }
        return growth
    }

    /// Whether all has been read up to a known end.
    var isExhausted: Bool { state == .receiving && buffer.base == finalSize }

    /// Up to `count` bytes in order.
    mutating func read(upTo count: Int) -> [UInt8] {
        let bytes = buffer.bytes(from: buffer.base, count: min(count, readableByteCount))
        consume(bytes.count)
        return bytes
    }

    /// Bytes from `offset` behind what was read, if they have come.
    func peek(at offset: Int, count: Int) -> [UInt8]? {
        guard offset + count <= readableByteCount else { return nil }
        return buffer.bytes(from: buffer.base + offset, count: count)
    }

    private mutating func consume(_ count: Int) {
        buffer.discard(upTo: buffer.base + count)
        credit.consume(count)
        isCreditDue = isCreditDue || (finalSize == nil && credit.isWorthRenewing)
    }

    /// The new limit has been announced.
    mutating func renewCredit() {
        isCreditDue = false
        credit.renew()
    }

    /// Asks the peer to send no more and forgets what came. The answer is how many bytes will not be read.
    mutating func stop(code: UInt32) -> Int {
        guard case .receiving = state else { return 0 }
        state = finalSize == nil ? .stopped(code: code, isDue: true) : .done
        return discardUnread()
    }

    /// Nothing more will be read. The answer is how many bytes were counted and not read.
    mutating func end() -> Int {
        guard state != .done else { return 0 }
        state = .done
        return discardUnread()
    }

    /// Lets go of all that was counted and will not be read, and says how much that was.
    mutating func discardUnread() -> Int {
        let unread = credit.received - credit.consumed
        credit.consume(unread)
        buffer = StreamBuffer()
        arrived = OffsetSet()
        isCreditDue = false
        return unread
    }

    /// Marks the STOP as sent (false) or lost (true).
    mutating func setStopDue(_ isDue: Bool) {
        if case .stopped(let code, _) = state { state = .stopped(code: code, isDue: isDue) }
    }
}
