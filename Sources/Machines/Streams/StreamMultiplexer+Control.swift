internal import Basics

extension StreamMultiplexer {
    /// Queues a control message and answers its id. Messages arrive in order, each at most once (PROTOCOL §5).
    public mutating func send(message: RawSpan) throws(StreamError) -> Int {
        guard message.byteCount <= limits.messageByteCount else { throw .messageTooLong(message.byteCount) }
        var header = ByteWriter(capacity: 8)
        header.varint(message.byteCount)
        header.varint(nextMessage)
        guard header.bytes.count + message.byteCount <= streams[0].sending?.room ?? 0 else {
            wantsToSend = true
            throw .backlogFull
        }
        _ = streams[0].sending?.write(header.bytes.rawSpan)
        _ = streams[0].sending?.write(message)
        defer { nextMessage += 1 }
        return nextMessage
    }

    /// Judges the headers of the messages that have come.
    mutating func judgeMessages() throws(StreamViolation) {
        if let half = streams[0].receiving { try messages.judge(half) }
    }

    /// The next whole message.
    mutating func popMessage() -> StreamEvent? {
        guard var half = streams[0].receiving.take() else { return nil }
        defer { streams[0].receiving = half }
        return messages.next(from: &half).map { .message(id: $0.id, bytes: $0.bytes) }
    }
}
