public import Basics

extension StreamMultiplexer {
    /// Opens a stream whose data needs `permit`. It goes in the order of `priority` (lower first; by default that of the
    /// class), and by turns with its equals.
    public mutating func open(
        _ permit: PermitClass, _ direction: StreamID.Direction = .bidirectional, priority: Int? = nil
    ) throws(StreamError) -> StreamID {
        let open = streams.count { $0.id.opener == side && $0.id != .control }
        guard openedIndex < openableIndex, open < limits.streams else {
            wantsToOpen = true
            if openedIndex == openableIndex { due.insert(.streamsBlocked) }
            throw .streamLimit
        }
        openedIndex += 1
        let id = StreamID(index: openedIndex, permit, direction, openedBy: side)
        _ = add(Stream(id, side: side, priority: priority, limits: limits))
        return id
    }

    /// Writes to the end of a stream. The answer is how many bytes were taken; after fewer than all, `.writable` follows.
    public mutating func write(_ bytes: RawSpan, to id: StreamID) throws(StreamError) -> Int {
        let place = try writable(id)
        return streams[place].sending?.write(bytes) ?? 0
    }

    /// Says that no more will be written.
    public mutating func finish(_ id: StreamID) throws(StreamError) {
        let place = try writable(id)
        streams[place].sending?.finish()
    }

    /// Gives our half up: what is not yet sent never will be. Nothing happens if it was given up before.
    public mutating func reset(_ id: StreamID, code: UInt32) throws(StreamError) {
        guard id != .control, let place = place(of: id) else { throw .unknownStream(id) }
        guard streams[place].sending != nil else { throw .notWritable(id) }
        streams[place].sending?.reset(code: code)
    }

    /// Asks the peer to give its half up; what came and was not read is dropped.
    public mutating func stop(_ id: StreamID, code: UInt32) throws(StreamError) {
        guard id != .control, let place = place(of: id) else { throw .unknownStream(id) }
        guard streams[place].receiving != nil else { throw .notReadable(id) }
        stopReceiving(at: place, code: code)
        sweep(place)
    }

    /// Reads up to `count` bytes; none when nothing has come. `.finished` follows the last.
    public mutating func read(_ id: StreamID, upTo count: Int) throws(StreamError) -> [UInt8] {
        guard id != .control, let place = place(of: id) else { throw .unknownStream(id) }
        guard let bytes = streams[place].receiving?.read(upTo: max(0, count)) else { throw .notReadable(id) }
        consume(bytes.count)
        noteExhausted(place)
        return bytes
    }

    /// A permit was withdrawn: every stream of the class is reset and stopped at once.
    public mutating func close(_ permit: PermitClass) {
        for place in streams.indices.reversed() where streams[place].id.permit == permit && place > 0 {
            refuse(at: place)
            sweep(place)
        }
    }

    private func writable(_ id: StreamID) throws(StreamError) -> Int {
        guard id != .control, let place = place(of: id) else { throw .unknownStream(id) }
        guard streams[place].sending?.state == .open else { throw .notWritable(id) }
        return place
    }

    /// Ends both halves of a stream whose class is closed.
    mutating func refuse(at place: Int) {
        streams[place].sending?.reset(code: StreamCode.classClosed)
        stopReceiving(at: place, code: StreamCode.classClosed)
    }

    mutating func stopReceiving(at place: Int, code: UInt32) {
        consume(streams[place].receiving?.stop(code: code) ?? 0)
        streams[place].notices.subtract([.opened, .readable, .finished])
    }

    mutating func noteExhausted(_ place: Int) {
        guard streams[place].receiving?.isExhausted == true else { return }
        _ = streams[place].receiving?.end()
        notice(.finished, at: place)
    }
}
