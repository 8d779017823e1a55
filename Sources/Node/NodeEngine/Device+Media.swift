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
        guard let session = link.session, let packet = try? RTPPacket(parsing: plaintext),
            let index = link.incoming.firstIndex(where: { $0.ssrc == packet.header.ssrc }), let peer = link.peer
        else {
            context.drops.count(.unboundMedia)
            return nil
        }
        let stream = link.incoming[index]
        guard endpoint.permits(in: stream.scope, .receiving, on: session).contains(PermitClasses(.media)) else {
            context.drops.count(.closedMedia)
            return nil
        }
        guard packet.header.payloadType == OpusPayload.payloadType, OpusPayload.sampleCount(of: packet.payload) != nil,
            let range = plaintext.byteOffsets(of: packet.payload)
        else {
            context.drops.count(.malformedMedia)
            return nil
        }
        link.incoming[index].statistics.received(packet.header, at: context.now)
        link.incoming[index].byteCount += plaintext.byteCount
        return ReceivedMedia(
            call: stream.call, peer: peer, ssrc: packet.header.ssrc, sequence: packet.header.sequence,
            timestamp: packet.header.timestamp, payload: range.lowerBound + offset..<range.upperBound + offset)
    }

    /// What a participant announced is bound to the call before the first packet of it (PROTOCOL §3).
    mutating func bind(_ call: CallID, _ peer: PeerID, _ context: inout Context) {
        guard let participant = switchboard.calls[call]?.participants[peer], let link = liveLink(to: peer) else {
            return
        }
        for description in participant.media where description.kind == .audio {
            guard !link.incoming.contains(where: { $0.ssrc == description.ssrc }), link.incoming.count < 32 else {
                continue
            }
            link.incoming.append(
                Link.IncomingMedia(ssrc: description.ssrc, call: call, scope: call.scope, before: link.byteCounts))
        }
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
        audio payload: RawSpan, mediaTime: UInt32, marker: Bool, in call: CallID, _ context: inout Context
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

    private static var mostMediaBytes: Int { 1_176 }

    // MARK: The engine

    /// Sources and sinks of a call are open: the call may go on.
    mutating func mediaPrepared(_ call: CallID, _ context: inout Context) {
        guard let wanted = waiting.preparations.removeValue(forKey: call) else { return }
        media.update(call) { $0.isReady = true }
        do {
            switch wanted {
            case .start(let peers, let ssrc, let request):
                try switchboard.start(
                    call, wireID: CallID(using: &context.random), to: peers,
                    media: [MediaDescription(kind: .audio, ssrc: ssrc)], at: context.now)
                waiting.starts[call] = request
            case .answer(let request):
                if let request { waiting.answers[call] = request }
                try switchboard.answer(call)
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

    /// Our sources began to give, or have nothing more to give.
    mutating func sourceChanged(_ call: CallID, isRunning: Bool) {
        guard let own = media[call], own.isRunning != isRunning else { return }
        media.update(call) { media in
            media.isRunning = isRunning
            if isRunning { media.startSources() }
        }
        switchboard.sourceChanged(call, .audio, isRunning: isRunning)
    }

    // MARK: Counting

    /// What the network saw of the audio of `call`: with those who have left, and with those who are in it.
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
        for stream in link.incoming where stream.call == call {
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
