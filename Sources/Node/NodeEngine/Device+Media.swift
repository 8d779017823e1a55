internal import Basics
internal import Calling
internal import ControlAPI
internal import Journal
internal import Mesh
internal import Paths
internal import RTP
internal import Streams
internal import Transport

/// Media packets in and out, and the engine that makes and plays them.
extension Device {
    // MARK: In

    /// A media packet of `link`, opened: given back when its SSRC is bound to a call whose receiving permit is open.
    mutating func receive(
        media plaintext: RawSpan, at offset: Int, on link: Link, _ context: inout Context
    ) -> ReceivedMedia? {
        guard RTPKind(plaintext) != .control else {
            receive(control: plaintext, on: link, &context)
            return nil
        }
        guard let packet = try? RTPPacket(parsing: plaintext), let peer = link.peer,
            let index = link.incoming.firstIndex(where: { $0.ssrc == packet.header.ssrc })
        else {
            context.drops.count(.unboundMedia)
            return nil
        }
        let stream = link.incoming[index]
        guard mayReceive(stream, on: link) else {
            context.drops.count(.closedMedia)
            return nil
        }
        guard let content = Self.content(of: packet, in: stream), let range = plaintext.byteOffsets(of: packet.payload)
        else {
            context.drops.count(.malformedMedia)
            return nil
        }
        link.incoming[index].statistics.received(packet.header, at: context.now)
        return ReceivedMedia(
            kind: stream.kind, call: stream.call, peer: peer, ssrc: packet.header.ssrc, sequence: content.sequence,
            timestamp: packet.header.timestamp, isMarked: packet.header.marker,
            payload: range.lowerBound + content.start + offset..<range.upperBound + offset)
    }

    func mayReceive(_ stream: Link.IncomingMedia, on link: Link) -> Bool {
        guard let session = link.session else { return false }
        return endpoint.permits(in: stream.scope, .receiving, on: session).contains(PermitClasses(.media))
    }

    /// The number of a packet, and where in its payload that begins which a decoder gets; nil when it is none of its stream.
    private static func content(of packet: borrowing RTPPacket, in stream: Link.IncomingMedia) -> (
        sequence: SequenceNumber, start: Int
    )? {
        switch (stream.kind, packet.header.payloadType) {
        case (.sound, OpusPayload.payloadType):
            return OpusPayload.sampleCount(of: packet.payload) == nil ? nil : (packet.header.sequence, 0)
        case (.picture, VP8Payload.payloadType):
            return packet.payload.isEmpty ? nil : (packet.header.sequence, 0)
        case (.repairedPicture, RTXPayload.payloadType):
            guard let again = try? RTXPayload(parsing: packet.payload), !again.original.isEmpty else { return nil }
            return (again.originalSequence, RTXPayload.headerByteCount)
        default: return nil
        }
    }

    /// What a participant announced is bound to the call before the first packet of it (PROTOCOL §3).
    mutating func bind(_ call: CallID, _ peer: PeerID, _ context: inout Context) {
        guard let live = switchboard.calls[call], let participant = live.participants[peer],
            let link = liveLink(to: peer)
        else { return }
        let kinds = live.kinds(with: peer)
        for description in participant.media where kinds.contains(description.kind) {
            bind(description.ssrc, description.kind == .audio ? .sound : .picture, call, link)
            if let ssrc = description.repairSSRC { bind(ssrc, .repairedPicture, call, link) }
        }
    }

    private func bind(_ ssrc: UInt32, _ kind: ReceivedMedia.Kind, _ call: CallID, _ link: Link) {
        guard !link.incoming.contains(where: { $0.ssrc == ssrc }), link.incoming.count < 32 else { return }
        link.incoming.append(
            Link.IncomingMedia(ssrc: ssrc, kind: kind, call: call, scope: call.scope, before: link.byteCounts))
    }

    /// Unbinds all streams of a link, whose session is gone; what was counted of them stays.
    mutating func forgetIncoming(of link: Link) {
        for call in Set(link.incoming.map(\.call)) {
            let counts = counts(of: call, on: link)
            media.update(call) { $0.counted = $0.counted + counts }
        }
        link.incoming = []
    }

    // MARK: Out

    /// One encoded frame of ours goes to everybody in the call. Allocates nothing.
    mutating func send(
        audio payload: RawSpan, mediaTime: UInt32, due: Instant, marker: Bool, in call: CallID,
        _ context: inout Context
    ) {
        guard let live = switchboard.calls[call], media.contains(call),
            payload.byteCount + RTPHeader.byteCount <= Self.mostMediaBytes
        else { return }
        let scope = call.scope
        guard
            let header = media.update(
                call,
                {
                    $0.sender.nextHeader(mediaTime: mediaTime, marker: marker, payloadByteCount: payload.byteCount)
                })
        else { return }
        var packetCount = 0
        for participant in live.participants.values where participant.isConnected {
            guard let link = liveLink(to: participant.peer), let path = link.paths.active,
                link.paths.allows(Self.datagramByteCount, on: path)
            else { continue }
            let isSent = seal(on: link, path: path, as: .media, scope: scope, kind: .media, &context) { slot in
                header.write(to: &slot)
                slot.write(payload, at: RTPHeader.byteCount)
                return RTPHeader.byteCount + payload.byteCount
            }
            if isSent { packetCount += 1 }
            flush(link, &context)  // receipts go along
        }
        let frameCount = media.update(call) { media in
            media.packetsSent += packetCount
            media.frameCount += 1
            media.newest = MediaMoment(mediaTime: mediaTime, at: due)
            return media.frameCount
        }
        if frameCount?.isMultiple(of: LossWatch.interval) == true { lookAtLoss(of: live, &context) }
    }

    private mutating func lookAtLoss(of call: Call, _ context: inout Context) {
        var settled = 0, lost = 0
        for participant in call.participants.values where participant.isConnected {
            guard let link = liveLink(to: participant.peer), let path = link.paths.active,
                let figures = link.delivery.statistics(of: path)
            else { continue }
            settled += figures.acknowledged + figures.lost - figures.lostInError
            lost += figures.lost - figures.lostInError
        }
        guard let percent = media.update(call.id, { $0.loss.look(settled: settled, lost: lost) }) ?? nil else { return }
        context.emit(.media(.expectLoss(call.id, percent: percent)))
    }

    static var mostMediaBytes: Int { 1_176 }

    // MARK: The engine

    /// Sources and sinks of a call are open: the call may go on.
    mutating func mediaPrepared(_ call: CallID, _ kinds: [MediaKind?], _ context: inout Context) {
        guard let wanted = waiting.preparations.removeValue(forKey: call) else { return }
        media.update(call) { media in
            media.isReady = true
            for (number, kind) in kinds.enumerated() { media.note(source: number, gives: kind) }
        }
        do {
            switch wanted {
            case .start(let peers, let streams, let request):
                try switchboard.start(
                    call, wireID: CallID(using: &context.random), to: peers, media: streams, at: context.now)
                waiting.starts[call] = request
            case .answer(let request, let kinds):
                if let request { waiting.answers[call] = request }
                try switchboard.answer(call, carrying: kinds)
            }
        } catch {
            abandon(call, &context)
            if let request = wanted.request { context.answers.append((request, .failure(.call(error)))) }
        }
    }

    /// A source or sink of a call cannot be used: there is no half call.
    mutating func mediaRefused(_ call: CallID, _ fault: MediaFault, _ context: inout Context) {
        media.removeValue(forKey: call)
        guard let wanted = waiting.preparations.removeValue(forKey: call) else { return }
        if let request = wanted.request {
            context.answers.append((request, .failure(.media(fault))))
        }
        context.log(.warning, "media was refused (\(fault.cause.rawValue)): \(fault.reason)")
    }

    /// Forgets the media of a call that did not come about.
    mutating func abandon(_ call: CallID, _ context: inout Context) {
        guard media.removeValue(forKey: call) != nil else { return }
        context.emit(.media(.stop(call)))
    }

    /// The first audio of `peer` is decoded and on its way to the sinks.
    mutating func mediaStarted(_ call: CallID, _ peer: PeerID, _ context: inout Context) {
        guard let own = media[call], own.started == nil else { return }
        let now = context.now
        media.update(call) { $0.started = now }
        context.events.append(.call(.callMediaStarted, call, peer))
    }

    /// Our sources of a kind began to give, or have nothing more to give.
    mutating func sourceChanged(_ call: CallID, _ kind: MediaKind, isRunning: Bool, _ context: inout Context) {
        guard let own = media[call], own.running.contains(kind) != isRunning else { return }
        let soon = context.now + .milliseconds(100)  // when its first frame has left
        media.update(call) { media in
            if isRunning, kind == .video { media.nextTick = media.nextTick.map { min($0, soon) } }
            guard isRunning else {
                media.running.remove(kind)
                return
            }
            media.running.insert(kind)
            media.startSources(of: kind)
        }
        switchboard.sourceChanged(call, kind, isRunning: isRunning)
    }

    // MARK: Counting

    /// What the network saw of `call`: with those who have left, and with those who are in it.
    func counts(of call: Call) -> NetworkCounts {
        var sum = media[call.id]?.counted ?? NetworkCounts()
        for peer in call.participants.keys {
            for link in links.values where link.peer == peer { sum = sum + counts(of: call.id, on: link) }
        }
        return sum
    }

    func counts(of call: CallID, on link: Link) -> NetworkCounts {
        var counts = NetworkCounts()
        guard let first = link.incoming.first(where: { $0.call == call }) else { return counts }
        for stream in link.incoming where stream.call == call && stream.kind == .sound {
            counts.received += stream.statistics.received
            counts.lost += max(0, stream.statistics.lost)
        }
        counts.bytesSent = link.byteCounts.sent - first.before.sent
        counts.bytesReceived = link.byteCounts.received - first.before.received
        guard let active = link.paths.active, let info = link.paths.info(active) else { return counts }
        counts.pathKind = info.kind.rawValue
        counts.roundTrip = info.roundTrip
        return counts
    }
}
