internal import Basics

extension StreamMultiplexer {
    /// Whether a packet with frames is due, given the classes whose data may be sent.
    mutating func hasFrames(for open: PermitClasses) -> Bool {
        noteBlocked()
        guard due.isEmpty else { return true }
        for place in streams.indices where streams[place].hasControlFrames || isDataDue(at: place, open) { return true }
        return false
    }

    /// Fills one packet: frames about streams, then data in the order of priority. The data is that of stream 0 and of one
    /// class, which is the answer: the packet is sealed under it. What was written stands in `written`.
    @_lifetime(writer: copy writer)
    mutating func writeFrames(_ writer: inout PayloadWriter, sending open: PermitClasses) -> PermitClass {
        written.removeAll(keepingCapacity: true)
        writeSessionFrames(&writer)
        for place in streams.indices where streams[place].hasControlFrames {
            streams[place].writeControlFrames(&writer, into: &written)
        }
        return writeData(&writer, open)
    }

    @_lifetime(writer: copy writer)
    private mutating func writeSessionFrames(_ writer: inout PayloadWriter) {
        guard !due.isEmpty else { return }
        if due.contains(.maxData),
            writer.frame(FrameType.maxData, receiveCredit.renewedLimit)
        {
            receiveCredit.renew()
            note(.maxData, .maxData)
        }
        if due.contains(.maxStreams), writer.frame(FrameType.maxStreams, peerLimit) { note(.maxStreams, .maxStreams) }
        if due.contains(.dataBlocked), writer.frame(FrameType.dataBlocked, sendLimit) {
            note(.dataBlocked, .dataBlocked)
        }
        if due.contains(.streamsBlocked), writer.frame(FrameType.streamsBlocked, openableIndex) {
            note(.streamsBlocked, .streamsBlocked)
        }
    }

    private mutating func note(_ flag: SessionFrames, _ frame: SentFrame) {
        due.remove(flag)
        written.append(frame)
    }

    @_lifetime(writer: copy writer)
    private mutating func writeData(_ writer: inout PayloadWriter, _ open: PermitClasses) -> PermitClass {
        var allowed = open.union(.control)
        var permit = PermitClass.control
        while let place = nextPlace(allowed), writeStreamFrame(&writer, at: place) {
            turns += 1
            streams[place].turn = turns
            guard place > 0 else { continue }
            permit = streams[place].id.permit
            allowed = [.control, PermitClasses(permit)]
        }
        return permit
    }

    /// The stream to serve next: the lowest priority, and of its equals the one that has waited longest.
    private func nextPlace(_ allowed: PermitClasses) -> Int? {
        var next: Int?
        for place in streams.indices where isDataDue(at: place, allowed) {
            guard let best = next else {
                next = place
                continue
            }
            let order = (streams[place].priority, streams[place].turn)
            if order < (streams[best].priority, streams[best].turn) { next = place }
        }
        return next
    }

    @_lifetime(writer: copy writer)
    private mutating func writeStreamFrame(_ writer: inout PayloadWriter, at place: Int) -> Bool {
        guard let half = streams[place].sending, let range = half.due(sessionCredit: credit(at: place)) else {
            return false
        }
        let id = streams[place].id
        let room = writer.streamFrameRoom(id, at: range.lowerBound)
        guard room >= min(1, range.count) else { return false }
        let end = range.lowerBound + min(range.count, room)
        let isFinal = half.isFinal(behind: end)
        writer.streamFrame(id, half.bytes, range.lowerBound..<end, isFinal: isFinal)
        let fresh = streams[place].sending?.sent(range.lowerBound..<end, isFinal: isFinal) ?? 0
        if place > 0 { sentByteCount += fresh }
        written.append(.stream(id, offset: range.lowerBound, byteCount: end - range.lowerBound, isFinal: isFinal))
        return true
    }

    private func isDataDue(at place: Int, _ open: PermitClasses) -> Bool {
        (place == 0 || open.contains(streams[place].id.permit))
            && streams[place].sending?.due(sessionCredit: credit(at: place)) != nil
    }

    /// What the session's limit leaves; stream 0, the first, is outside it.
    private func credit(at place: Int) -> Int { place == 0 ? Varint.max : sendLimit - sentByteCount }

    /// Asks for the frames that tell the peer which of its limits stop us, once a limit.
    private mutating func noteBlocked() {
        for place in streams.indices { streams[place].sending?.noteBlocked() }
        guard sentByteCount == sendLimit, blockedAt != sendLimit,
            streams.indices.dropFirst().contains(where: { streams[$0].sending?.hasUnsentBytes ?? false })
        else { return }
        blockedAt = sendLimit
        due.insert(.dataBlocked)
    }
}
