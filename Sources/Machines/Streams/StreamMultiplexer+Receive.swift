public import Basics

extension StreamMultiplexer {
    /// Takes a plaintext of kind 0x02, first byte included. `open` are the classes whose receiving permit is open: data of
    /// another class is dropped, its stream is reset, and `.refused` is told once.
    ///
    /// When it throws, the session must be closed: the frames before the bad one have been taken.
    public mutating func handle(frames plaintext: RawSpan, receiving open: PermitClasses) throws(StreamViolation) {
        guard plaintext.byteCount > 0, plaintext.byte(at: 0) == PlaintextKind.frames else { throw .malformed }
        var reader = FrameReader(plaintext.extracting(droppingFirst: 1))
        while !reader.isAtEnd {
            switch try reader.next() {
            case .padding, .ping: break
            case .stream(let id, let offset, let isFinal, let bytes):
                try receive(bytes, at: offset, isFinal: isFinal, of: id, open)
            case .reset(let id, let code, let size): try receiveReset(of: id, code: code, finalSize: size)
            case .stop(let id, let code): try receiveStop(of: id, code: code)
            case .maxData(let limit): sendLimit = max(sendLimit, limit)
            case .maxStreamData(let id, let limit):
                if let place = try place(sentByUs: id) { streams[place].sending?.raiseCredit(to: limit) }
            case .maxStreams(let limit): raiseStreamLimit(to: limit)
            case .dataBlocked(let limit): if limit < receiveCredit.limit { due.insert(.maxData) }
            case .streamDataBlocked(let id, let limit): try receiveBlocked(id, at: limit)
            case .streamsBlocked(let limit): if limit < peerLimit { due.insert(.maxStreams) }
            }
        }
    }

    private mutating func receive(
        _ bytes: RawSpan, at offset: Int, isFinal: Bool, of id: StreamID, _ open: PermitClasses
    ) throws(StreamViolation) {
        guard !(isFinal && id == .control) else { throw .controlEnded }
        guard let place = try place(sentByPeer: id) else { return }
        if id != .control, !open.contains(id.permit), streams[place].receiving?.state == .receiving {
            refuse(at: place)
            notice(.refused, at: place)
        }
        let before = streams[place].receiving?.readableByteCount ?? 0
        let growth = try streams[place].receiving?.accept(
            bytes, at: offset, isFinal: isFinal, of: id, islands: limits.islands)
        if id == .control { return try judgeMessages() }
        try count(growth ?? 0, at: place)
        if streams[place].receiving?.readableByteCount ?? 0 > before { notice(.readable, at: place) }
        noteExhausted(place)
        sweep(place)
    }

    private mutating func receiveReset(of id: StreamID, code: UInt32, finalSize: Int) throws(StreamViolation) {
        guard id != .control else { throw .controlEnded }
        guard let place = try place(sentByPeer: id) else { return }
        let growth = try streams[place].receiving?.accept(reset: finalSize, of: id)
        try count(growth ?? 0, at: place)
        if streams[place].receiving?.state == .receiving {
            streams[place].resetCode = code
            streams[place].notices.subtract(.readable)
            notice(.reset, at: place)
        }
        consume(streams[place].receiving?.end() ?? 0)
        sweep(place)
    }

    private mutating func receiveStop(of id: StreamID, code: UInt32) throws(StreamViolation) {
        guard id != .control else { throw .controlEnded }
        guard let place = try place(sentByUs: id) else { return }
        switch streams[place].sending?.state {
        case .open, .finishing:
            streams[place].sending?.reset(code: code)
            streams[place].stopCode = code
            notice(.stopped, at: place)
        case .reset, .done, nil: break
        }
    }

    private mutating func receiveBlocked(_ id: StreamID, at limit: Int) throws(StreamViolation) {
        guard let place = try place(sentByPeer: id), let half = streams[place].receiving else { return }
        if half.state == .receiving, limit < half.credit.limit { streams[place].receiving?.isCreditDue = true }
    }

    private mutating func raiseStreamLimit(to limit: Int) {
        guard limit > openableIndex else { return }
        openableIndex = min(limit, Varint.max >> 6)  // an index, so that ids stay in range
        noteCanOpen()
    }

    /// Counts bytes against the session's credit; what no reader will take is consumed at once.
    private mutating func count(_ growth: Int, at place: Int) throws(StreamViolation) {
        guard receiveCredit.receive(growth) else { throw .overCredit(nil) }
        if streams[place].receiving?.state != .receiving { consume(streams[place].receiving?.discardUnread() ?? 0) }
    }
}

extension StreamMultiplexer {
    /// The stream of a frame about data that the peer sends; nil when it is over. The first frame of a stream opens it.
    private mutating func place(sentByPeer id: StreamID) throws(StreamViolation) -> Int? {
        guard id.isSent(by: side.peer) else { throw .wrongStream(id) }
        return try placeOpening(id)
    }

    /// The stream of a frame about data that we send; nil when it is over.
    private mutating func place(sentByUs id: StreamID) throws(StreamViolation) -> Int? {
        guard id.isSent(by: side) else { throw .wrongStream(id) }
        return try placeOpening(id)
    }

    private mutating func placeOpening(_ id: StreamID) throws(StreamViolation) -> Int? {
        if let place = place(of: id) { return place }
        guard id.opener == side.peer else {
            guard id.index <= openedIndex else { throw .wrongStream(id) }
            return nil
        }
        return try openAsPeer(id)
    }

    /// Opens the peer's stream `id`; nil when it has been open before (RFC 9000 §4.6, with one count for all streams).
    private mutating func openAsPeer(_ id: StreamID) throws(StreamViolation) -> Int? {
        let index = id.index
        guard index > 0 else { throw .wrongStream(id) }
        guard index <= peerLimit, !isIndexTaken(id) else { throw .overStreamLimit(id) }
        if index > peerIndex {
            overtaken.append(contentsOf: peerIndex + 1..<index)
            peerIndex = index
        } else if let gap = overtaken.firstIndex(of: index) {
            overtaken.remove(at: gap)
        } else {
            return nil
        }
        let place = add(Stream(id, side: side, priority: nil, limits: limits))
        notice(.opened, at: place)
        return place
    }

    /// Whether the peer has a stream of this index with another class or direction.
    private func isIndexTaken(_ id: StreamID) -> Bool {
        streams.contains { $0.id.index == id.index && $0.id.opener == id.opener }
    }
}
