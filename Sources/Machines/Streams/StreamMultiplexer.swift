internal import Basics

/// The streams of one session (PROTOCOL §5): bytes in order, each once, within the peer's credit.
///
/// A value that knows neither packets nor time: `Delivery` gives it frames, has it write frames, and tells it which were
/// acknowledged or lost. After each input, drain `poll`. Memory is bounded by `StreamLimits`.
public struct StreamMultiplexer: Sendable {
    let side: Side
    let limits: StreamLimits
    /// Ascending by id; stream 0 is always the first.
    var streams: [Stream]

    /// The highest index we have opened, and the highest that the peer allows.
    var openedIndex = 0, openableIndex: Int
    /// The highest index that the peer has opened, and the highest that we allow.
    var peerIndex = 0, peerLimit: Int
    /// Indices up to `peerIndex` that no frame has named yet: their frames were overtaken.
    var overtaken: [Int] = []

    /// What the peer may send over all streams but stream 0.
    var receiveCredit: ReceiveCredit
    /// What we may send over all streams but stream 0, and what we have.
    var sendLimit: Int, sentByteCount = 0
    /// The limit last reported as blocking.
    var blockedAt: Int?
    /// Session frames that are to be sent.
    var due: SessionFrames = []
    /// What the packet being written carries, until `Delivery` takes it.
    var written: [SentFrame] = []
    /// Stream frames written, for turns.
    var turns = 0

    /// Streams with notices, oldest first.
    var noticed: [StreamID] = []
    var messages: MessageReader
    var nextMessage = 0
    var wantsToSend = false, canSend = false, wantsToOpen = false, canOpen = false

    /// Frames that concern no single stream.
    struct SessionFrames: OptionSet {
        let rawValue: UInt8
        static let maxData = SessionFrames(rawValue: 1), maxStreams = SessionFrames(rawValue: 2)
        static let dataBlocked = SessionFrames(rawValue: 4), streamsBlocked = SessionFrames(rawValue: 8)
    }

    /// The streams of the session in which we are `side`. Both ends must be given the same `limits`.
    public init(side: Side, limits: StreamLimits = .standard) {
        self.side = side
        self.limits = limits
        streams = [Stream(.control, side: side, priority: nil, limits: limits)]
        openableIndex = limits.streams
        peerLimit = limits.streams
        receiveCredit = ReceiveCredit(window: limits.sessionCredit)
        sendLimit = limits.sessionCredit
        messages = MessageReader(limit: limits.messageByteCount)
    }

    /// Whether all that was written has been acknowledged: the session can be closed without loss.
    public var isDrained: Bool { streams.allSatisfy { $0.sending?.isSettled ?? true } }

    /// Bytes of memory that received data takes.
    public var receiveMemory: Int { streams.reduce(0) { $0 + ($1.receiving?.capacity ?? 0) } }

    /// The place of a stream in the table.
    func place(of id: StreamID) -> Int? {
        let place = insertionPlace(of: id)
        return place < streams.count && streams[place].id == id ? place : nil
    }

    func insertionPlace(of id: StreamID) -> Int {
        var low = 0
        var high = streams.count
        while low < high {
            let middle = (low + high) / 2
            if streams[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    mutating func add(_ stream: Stream) -> Int {
        let place = insertionPlace(of: stream.id)
        streams.insert(stream, at: place)
        return place
    }

    /// Notes an event of the stream at `place`.
    mutating func notice(_ notice: Stream.Notices, at place: Int) {
        if streams[place].notices.isEmpty { noticed.append(streams[place].id) }
        streams[place].notices.insert(notice)
    }

    /// Forgets the stream at `place` if it is over; the peer may open another in its stead.
    mutating func sweep(_ place: Int) {
        guard streams[place].isOver, place > 0 else { return }
        if streams[place].id.opener == side {
            noteCanOpen()
        } else {
            peerLimit += 1
            due.insert(.maxStreams)
        }
        streams.remove(at: place)
    }

    /// Tells an owner who was refused a stream that it can have one.
    mutating func noteCanOpen() {
        guard wantsToOpen else { return }
        wantsToOpen = false
        canOpen = true
    }

    /// Counts bytes of the session as read.
    mutating func consume(_ byteCount: Int) {
        receiveCredit.consume(byteCount)
        if receiveCredit.isWorthRenewing { due.insert(.maxData) }
    }
}
