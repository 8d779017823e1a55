import Basics
import Calling
import CodecDriver
import Journal
import Mesh
import NetworkLoop
import NodeEngine
import Platform

/// The media of all calls: carries out the node's media commands with one `CallSession` a call, and hands packets between
/// the threads' rings and the node.
@NetworkActor
final class MediaEngine {
    private var sessions: [CallID: CallSession] = [:]
    private let descriptors: DescriptorStore
    private let wake: Wake
    private let timer: LoopTimer

    /// `woken` runs on the network thread when some thread has frames or events, or it is time to do something.
    init(descriptors: DescriptorStore, woken: @escaping @NetworkActor () -> Void) {
        self.descriptors = descriptors
        wake = Wake(woken)
        timer = LoopTimer(woken)
    }

    // MARK: Commands

    /// Carries out a command; what there is to say at once is answered.
    func carryOut(_ command: MediaCommand) -> [MediaNews] {
        switch command {
        case .prepare(let call, let kinds, let sources, let sinks, let line):
            let opener = MediaOpener(descriptors: descriptors, line: line, kinds: kinds)
            return [prepare(call, sources, sinks, opener)]
        case .join(let call, let peer, let fileName):
            sessions[call]?.join(peer, fileName: fileName, at: MonotonicClock.now)
        case .leave(let call, let peer): sessions[call]?.leave(peer)
        case .mute(let call, let kind, let isMuted): sessions[call]?.mute(kind, isMuted)
        case .expectLoss(let call, let percent): sessions[call]?.expectLoss(percent: percent)
        case .sourceOf(let call, let peer, let kind, let isRunning):
            sessions[call]?.source(of: peer, kind, isRunning: isRunning)
        case .keyFrame(let call): sessions[call]?.requestKeyFrame()
        case .reported(let call, let peer, let sound, let picture):
            sessions[call]?.note(peer, sound: sound, picture: picture)
        case .roundTrip(let call, let peer, let roundTrip): sessions[call]?.note(peer, roundTrip: roundTrip)
        case .measure(let call): return sessions[call].map { [.measured(call, $0.report)] } ?? []
        case .addSource(let call, let uri, let line): return [addSource(call, uri, line)]
        case .stop(let call): sessions[call]?.stop()
        }
        return []
    }

    private func prepare(
        _ call: CallID, _ sources: [String], _ sinks: [String], _ opener: MediaOpener
    ) -> MediaNews {
        do {
            let opened = try sources.map { try opener.source($0) }
            guard opened.count(where: { $0.kind == .video }) < 2 else {
                throw MediaFault(
                    .data, "a call carries one picture at a time, and there are several sources of pictures")
            }
            sessions[call] = try CallSession(
                call, opener.kinds, sources: opened, sinks: try opener.sinks(sinks), wake: wake)
            return .prepared(call, opened.map(\.kind))
        } catch { return .refused(call, MediaFault(error)) }
    }

    private func addSource(_ call: CallID, _ uri: String, _ line: RequestLine?) -> MediaNews {
        guard let session = sessions[call] else {
            return .sourceAdded(call, .failure(MediaFault(.data, "the call has no media")))
        }
        do {
            let opener = MediaOpener(descriptors: descriptors, line: line, kinds: session.kinds)
            let source = try opener.source(uri)
            return .sourceAdded(call, .success(AddedSource(number: try session.add(source), kind: source.kind)))
        } catch { return .sourceAdded(call, .failure(MediaFault(error))) }
    }

    // MARK: Frames and events

    /// A packet of a participant, opened by the node, goes to where it is played.
    func play(_ media: ReceivedMedia, _ payload: RawSpan, at arrival: Instant) {
        sessions[media.call]?.play(media, payload, at: arrival)
    }

    /// Gives every frame of sound that waits to be sent to `node`.
    func sendSound(through node: inout Node, at moment: AuditLog.Moment) {
        for (call, session) in sessions {
            Self.sendSound(of: session.outgoing.sound, in: call, through: &node, at: moment)
        }
    }

    /// Gives one frame of a picture to `node`: its packets must leave before the next. False when there is none.
    func sendPicture(through node: inout Node, at moment: AuditLog.Moment) -> Bool {
        for (call, session) in sessions {
            guard let camera = session.outgoing.picture else { continue }
            if Self.sendPicture(of: camera, in: call, through: &node, at: moment) { return true }
        }
        return false
    }

    /// Not isolated: the closure of an isolated function checks at each call where it runs, which costs as much as
    /// sealing a frame.
    private nonisolated static func sendSound(
        of session: AudioSession, in call: CallID, through node: inout Node, at moment: AuditLog.Moment
    ) {
        while session.nextOutgoing({ frame, payload in
            node.send(
                audio: payload, mediaTime: frame.mediaTime, due: frame.due, marker: frame.marker, in: call, at: moment)
        }) {}
    }

    private nonisolated static func sendPicture(
        of camera: VideoSender, in call: CallID, through node: inout Node, at moment: AuditLog.Moment
    ) -> Bool {
        camera.nextOutgoing { frame, bytes in
            let picture = EncodedPicture(
                descriptor: frame.picture.descriptor, isKeyFrame: frame.picture.isKeyFrame, mediaTime: frame.mediaTime,
                due: frame.due)
            node.send(picture, bytes, in: call, at: moment)
        }
    }

    /// Does what is due with the pictures of participants. `isWoken`: some thread has something to say, or it is time;
    /// otherwise only packets may have come.
    func runPictures(isWoken: Bool, through node: inout Node, at moment: AuditLog.Moment) {
        var next: Instant?
        for (call, session) in sessions {
            let wait = session.runPictures(isWoken: isWoken, at: moment.now) { peer, wish in
                node.ask(peer, in: call, for: wish, at: moment)
            }
            next = wait?.orEarlier(next) ?? next
        }
        timer.set(next)
    }

    /// What the sessions have to say.
    func drainNews() -> [MediaNews] {
        var news: [MediaNews] = []
        for session in sessions.values { news += session.drainNews() }
        for session in sessions.values where session.isTold { sessions[session.call] = nil }
        return news
    }

    /// The figures of every call, now.
    func reports() -> [(CallID, MediaReport)] { sessions.map { ($0.key, $0.value.report) } }
}
