internal import Basics
internal import Calling
internal import ControlAPI
internal import Journal
internal import Mesh
internal import Paths
internal import RTP
internal import Streams
internal import Transport

/// Pictures: frames out, what is asked of each other about them, and the reports that tie them to their sound.
extension Device {
    // MARK: Out

    /// One encoded frame of ours goes to everybody who gets its layer. Allocates nothing after the first frame.
    ///
    /// What cannot leave now is lost as on the way: the receiver asks for it again.
    mutating func send(_ frame: EncodedPicture, _ bytes: RawSpan, in id: CallID, _ context: inout Context) {
        guard let call = switchboard.calls[id], !bytes.isEmpty, let video = outgoingVideo(of: call, &context) else {
            return
        }
        if frame.isKeyFrame { video.keyFrames.encodedKeyFrame(at: context.now) }
        let pieces = video.append(bytes, frame.descriptor, mediaTime: frame.mediaTime, due: frame.due)
        for participant in call.participants.values where participant.isConnected {
            guard participant.media.contains(where: { $0.kind == .video }) else { continue }
            let index = video.index(of: participant.peer, using: &context.random)
            let pictureID = video.update(index) { viewer, _ in
                viewer.feed.admit(frame.descriptor, isKeyFrame: frame.isKeyFrame)
            }
            guard let pictureID else { continue }
            for number in pieces { send(number, of: video, as: pictureID, to: index, in: id, &context) }
        }
        if video.viewers.contains(where: \.feed.filter.needsKeyFrame) {
            video.keyFrames.requested(at: context.now, roundTrip: .zero)
        }
        askEncoder(video, id, &context)
    }

    private mutating func outgoingVideo(of call: Call, _ context: inout Context) -> OutgoingVideo? {
        if let video = media[call.id]?.video { return video }
        guard media.contains(call.id), let stream = call.media.first(where: { $0.kind == .video }),
            let repairSSRC = stream.repairSSRC
        else { return nil }
        let video = OutgoingVideo(ssrc: stream.ssrc, repairSSRC: repairSSRC, using: &context.random)
        media.update(call.id) { $0.video = video }
        return video
    }

    private mutating func send(
        _ number: Int, of video: OutgoingVideo, as pictureID: PictureID, to index: Int, in call: CallID,
        _ context: inout Context
    ) {
        let now = context.now
        let header = video.update(index) { viewer, pieces in
            viewer.packetCount += 1
            return viewer.feed.nextHeader(of: number, in: pieces, as: pictureID, at: now)
        }
        sendMedia(to: video.viewers[index].peer, in: call, &context) { slot in
            header.write(to: &slot)
            video.pieces.write(number, as: pictureID, to: &slot, at: RTPHeader.byteCount)
            return RTPHeader.byteCount + video.pieces.payloadByteCount(of: number)
        }
    }

    private mutating func resend(
        _ sequence: SequenceNumber, of video: OutgoingVideo, to index: Int, in call: CallID, _ context: inout Context
    ) {
        let now = context.now
        // Where much is lost, so is much of what comes again, and the picture waits for it.
        let copies = media[call]?.loss.percent ?? 0 >= Self.lossForCopies ? 2 : 1
        let again = video.update(index) { viewer, pieces in
            viewer.feed.store.requested(sequence, copies: copies, oldest: pieces.oldest, at: now).map {
                ($0, viewer.feed.nextRepairHeader(of: $0.packet, in: pieces))
            }
        }
        guard let (packet, header) = again else { return }
        for _ in 0..<copies {
            sendMedia(to: video.viewers[index].peer, in: call, &context) { slot in
                header.write(to: &slot)
                let start = RTPHeader.byteCount + RTXPayload.writeHeader(sequence, to: &slot, at: RTPHeader.byteCount)
                video.pieces.write(packet.packet, as: packet.pictureID, to: &slot, at: start)
                return start + video.pieces.payloadByteCount(of: packet.packet)
            }
        }
    }

    /// Packets of a hundred that are lost, from which on what is asked for again is sent twice.
    private static var lossForCopies: Int { 8 }

    /// Seals one RTP or RTCP packet of a call for `peer`. What does not leave is counted.
    private mutating func sendMedia(
        to peer: PeerID, in call: CallID, _ context: inout Context, _ write: (inout MutableRawSpan) -> Int
    ) {
        guard let link = liveLink(to: peer), let path = link.paths.active else { return }
        guard link.paths.allows(Self.datagramByteCount, on: path),
            seal(on: link, path: path, as: .media, scope: call.scope, kind: .media, &context, write)
        else { return context.drops.count(.queueFull) }
    }

    /// Asks our encoder for a key frame when it is time.
    private func askEncoder(_ video: OutgoingVideo, _ call: CallID, _ context: inout Context) {
        guard video.keyFrames.takeKeyFrame(at: context.now) else { return }
        context.emit(.media(.keyFrame(call)))
    }

    // MARK: Asking

    /// Asks a participant for what the viewer of its picture lacks.
    mutating func ask(_ peer: PeerID, in id: CallID, for wish: VideoWish, _ context: inout Context) {
        guard let call = switchboard.calls[id], let participant = call.participants[peer], participant.isConnected,
            let own = call.media.first(where: { $0.kind == .video })?.ssrc,
            let theirs = participant.media.first(where: { $0.kind == .video })?.ssrc
        else { return }
        switch wish {
        case .packets(let entries): send(.missing(from: own, media: theirs, entries), to: peer, in: id, &context)
        case .keyFrame: send(.pictureLoss(from: own, media: theirs), to: peer, in: id, &context)
        }
    }

    private mutating func send(_ packet: RTCPPacket, to peer: PeerID, in call: CallID, _ context: inout Context) {
        sendMedia(to: peer, in: call, &context) { slot in
            var writer = RTCPWriter()
            return writer.append(packet, to: &slot) ? writer.byteCount : 0
        }
    }

    /// RTCP came. What is about streams that are not bound, or not of our call, changes nothing.
    mutating func receive(control plaintext: RawSpan, on link: Link, _ context: inout Context) {
        guard let peer = link.peer else { return context.drops.count(.unboundMedia) }
        var reader = RTCPReader(plaintext)
        var sound: SenderReport?, picture: SenderReport?, call: CallID?
        do throws(RTPDropReason) {
            while let packet = try reader.next() {
                switch packet {
                case .senderReport(let report, _):
                    guard let stream = bound(report.ssrc, on: link, &context), stream.call == call ?? stream.call else {
                        continue
                    }
                    call = stream.call
                    if stream.kind == .sound { sound = report } else { picture = report }
                case .missing(let from, let media, let entries):
                    guard let (stream, video, index) = asked(from, media, by: peer, on: link, &context) else {
                        continue
                    }
                    for entry in entries {
                        for sequence in entry.sequences {
                            resend(sequence, of: video, to: index, in: stream.call, &context)
                        }
                    }
                case .pictureLoss(let from, let media):
                    guard let (stream, video, index) = asked(from, media, by: peer, on: link, &context) else {
                        continue
                    }
                    video.update(index) { viewer, _ in viewer.hasAsked = true }
                    video.keyFrames.requested(at: context.now, roundTrip: roundTrip(of: link) ?? .zero)
                    askEncoder(video, stream.call, &context)
                case .receiverReport, .goodbye, .other: break
                }
            }
        } catch { context.drops.count(.malformedMedia) }
        guard let call, sound != nil || picture != nil else { return }
        context.emit(.media(.reported(call, peer, sound: sound, picture: picture)))
    }

    /// The stream `ssrc` of a call that we may receive in.
    private func bound(_ ssrc: UInt32, on link: Link, _ context: inout Context) -> Link.IncomingMedia? {
        guard let stream = link.incoming.first(where: { $0.ssrc == ssrc }) else {
            context.drops.count(.unboundMedia)
            return nil
        }
        guard mayReceive(stream, on: link) else {
            context.drops.count(.closedMedia)
            return nil
        }
        return stream
    }

    /// The stream of the call from which the source `from` of `peer` asks about our picture `ssrc`.
    private func asked(
        _ from: UInt32, _ ssrc: UInt32, by peer: PeerID, on link: Link, _ context: inout Context
    ) -> (Link.IncomingMedia, OutgoingVideo, Int)? {
        guard let stream = bound(from, on: link, &context), let video = media[stream.call]?.video, video.ssrc == ssrc,
            let index = video.index(of: peer)
        else { return nil }
        return (stream, video, index)
    }

    private func roundTrip(of link: Link) -> Duration? {
        link.paths.active.flatMap { link.paths.info($0)?.roundTrip }
    }

    // MARK: Each second

    /// How often reports are sent and figures taken.
    static var tickInterval: Duration { .seconds(1) }

    /// Does for each call what is done each second.
    mutating func tickCalls(_ context: inout Context) {
        for call in media.keys {
            guard let due = media[call]?.nextTick, due <= context.now else { continue }
            let next = max(due + Self.tickInterval, context.now)
            media.update(call) { $0.nextTick = next }
            tick(call, &context)
        }
    }

    private mutating func tick(_ id: CallID, _ context: inout Context) {
        context.emit(.media(.measure(id)))
        guard let call = switchboard.calls[id] else { return }
        for participant in call.participants.values where participant.isConnected {
            guard call.carries(.video, with: participant.peer), let link = liveLink(to: participant.peer) else {
                continue
            }
            tellRoundTrip(to: participant.peer, in: id, &context)
            adapt(to: participant.peer, on: link, in: id)
            report(to: participant.peer, in: id, &context)
        }
    }

    /// The viewer of a participant's picture learns how long it takes until something that was asked for comes.
    func tellRoundTrip(to peer: PeerID, in call: CallID, _ context: inout Context) {
        guard let roundTrip = liveLink(to: peer).flatMap({ roundTrip(of: $0) }) else { return }
        context.emit(.media(.roundTrip(call, peer, roundTrip)))
    }

    /// What a viewer gets follows what the way there carries.
    private func adapt(to peer: PeerID, on link: Link, in call: CallID) {
        guard let video = media[call]?.video, let index = video.index(of: peer) else { return }
        let roundTrip = roundTrip(of: link)
        video.update(index) { viewer, _ in
            viewer.feed.store.roundTrip = roundTrip ?? viewer.feed.store.roundTrip
            viewer.feed.filter.wanted = viewer.layers.look(askedForKeyFrame: viewer.hasAsked)
            viewer.hasAsked = false
        }
    }

    /// Sound and picture of one moment, on one clock (RFC 3550 §6.4.1), while there is a picture to be tied to its sound.
    private mutating func report(to peer: PeerID, in call: CallID, _ context: inout Context) {
        guard let own = media[call], own.running.contains(.video), let video = own.video else { return }
        let now = context.now, wall = context.moment.wall
        guard let picture = video.report(to: peer, at: now, wall) else { return }
        let sound = own.running.contains(.audio) ? own.newest : nil
        let heard = sound.map {
            own.sender.report(mediaTime: $0.mediaTime(at: now, clockRate: OpusPayload.clockRate), at: wall)
        }
        sendMedia(to: peer, in: call, &context) { slot in
            var writer = RTCPWriter()
            if let heard { _ = writer.append(.senderReport(heard, []), to: &slot) }
            _ = writer.append(.senderReport(picture, []), to: &slot)
            return writer.byteCount
        }
    }

    /// The engine has counted.
    mutating func measured(_ call: CallID, _ report: MediaReport, _ context: inout Context) {
        guard let live = switchboard.calls[call], let connected = live.connected else { return }
        let counts = counts(of: live), now = context.now
        media.update(call) { media in
            media.report = report
            media.series.add(
                CallSeries.Moment(
                    time: now - connected, roundTrip: counts.roundTrip, counts: counts, report: report))
        }
    }

    /// The first picture of `peer` is shown.
    mutating func pictureShown(_ call: CallID, _ peer: PeerID, _ context: inout Context) {
        guard let own = media[call], !own.hasShownPicture else { return }
        media.update(call) { $0.hasShownPicture = true }
        context.events.append(.call(.callVideoStarted, call, peer))
    }
}
