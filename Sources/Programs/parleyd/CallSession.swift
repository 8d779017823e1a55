import Basics
import Calling
import CodecDriver
import MediaFiles
import Mesh
import NetworkLoop
import NodeEngine
import Platform
import RTP

/// The media of one call: threads for sound and picture, and what goes between them and the participants.
///
/// The thread that encodes pictures is made for the first source of pictures, the one that decodes them for the first sink
/// or participant that has some.
@NetworkActor
final class CallSession {
    /// The call.
    let call: CallID
    /// What it may carry.
    let kinds: Set<Calling.MediaKind>
    /// Whether it was told to stop.
    private(set) var isStopping = false

    private let wake: Wake
    private let audio: AudioSession
    private var camera: VideoSender?
    private var screen: VideoDecoding?
    private var parties: [PeerID: Party] = [:]
    private var sources: [Source] = []
    /// The numbers of the sinks of sound and of pictures.
    private let soundSinks: [Int], pictureSinks: [Int]
    private var muted: Set<Calling.MediaKind> = []
    private var began: Instant?
    /// What was counted of those who have left.
    private var departed = MediaReport()
    /// What is to be told, besides what the threads tell.
    private var news: [MediaNews] = []
    /// Threads that have not finished: that of the sound, and those of pictures.
    private var threadCount = 1
    /// Whether packets of pictures came since `runPictures`.
    private var isDirty = false
    /// When `runPictures` has something to do though nothing comes.
    private var nextRun: Instant?

    /// Somebody in the call.
    private final class Party {
        let sound: AudioParticipant
        let fileName: String
        var picture: ViewedPicture?

        init(_ sound: AudioParticipant, fileName: String) {
            self.sound = sound
            self.fileName = fileName
        }
    }

    /// Where a source of ours went: its name among those of its kind.
    private enum Source {
        case opened(MediaSource)
        /// By its names among the sounds and among the pictures.
        case running(sound: Int?, picture: Int?)
        case pipe(PipeSource, DescriptorWatch?)
        case ended
    }

    /// The media of a call with these sources and sinks. Nothing is read or written before somebody joins.
    init(
        _ call: CallID, _ kinds: Set<Calling.MediaKind>, sources: [MediaSource], sinks: MediaOpener.Sinks, wake: Wake
    ) throws {
        self.call = call
        self.kinds = kinds
        self.wake = wake
        self.sources = sources.map { .opened($0) }
        soundSinks = sinks.sound.map(\.number)
        pictureSinks = sinks.pictures.map(\.number)
        audio = try AudioSession(sinks: sinks.sound.map(\.sink)) { wake.signal() }
        if !sinks.pictures.isEmpty { try openScreen(sinks.pictures.map(\.sink)) }
        for index in self.sources.indices { try begin(index) }
    }

    // MARK: Sources

    /// Adds a source. Returns its number.
    func add(_ source: MediaSource) throws -> Int {
        sources.append(.opened(source))
        try begin(sources.count - 1)
        return sources.count - 1
    }

    /// Gives a source to the thread of its kind. A pipe is asked first what it gives, when media may flow.
    private func begin(_ index: Int) throws {
        guard case .opened(let source) = sources[index] else { return }
        switch source {
        case .sound(let sound): sources[index] = .running(sound: audio.add(sound), picture: nil)
        case .pictures: sources[index] = .running(sound: nil, picture: try openCamera().setSource(source))
        case .encoded(let encoded):
            // Asked for first: from then on the file is another thread's.
            let sound = encoded.sound
            let picture = try openCamera().setSource(source)
            sources[index] = .running(sound: sound.map { audio.add($0) }, picture: picture)
        case .pipe(let pipe):
            sources[index] = .pipe(pipe, nil)
            if began != nil { listen(to: pipe, index) }
        }
    }

    private func listen(to pipe: PipeSource, _ index: Int) {
        let watch = DescriptorWatch(pipe.pollDescriptor, for: .read) { [weak self] _ in self?.ask(pipe, index) }
        sources[index] = .pipe(pipe, watch)
    }

    private func ask(_ pipe: PipeSource, _ index: Int) {
        switch pipe.tell() {
        case .notNow: return
        case .failed(let error): giveUp(index, MediaFault(error))
        case .told(let source):
            sources[index] = .opened(source)
            if let omission = source.omission { Log.warning("a source is played \(omission)") }
            guard let kind = source.kind, kinds.contains(kind) else {
                giveUp(index, MediaFault(.data, "it is a picture, and the call carries sound only"))
                break
            }
            do {
                try begin(index)
                news.append(.sourceTold(call, source: index, kind))
            } catch { giveUp(index, MediaFault(error)) }
        }
        wake.signal()
    }

    private func giveUp(_ index: Int, _ fault: MediaFault) {
        sources[index] = .ended
        news.append(.sourceEnded(call, source: index, fault: fault))
    }

    private func openCamera() throws -> VideoSender {
        if let camera { return camera }
        let wake = wake
        let camera = try VideoSender { wake.signal() }
        self.camera = camera
        threadCount += 1
        camera.setMuted(muted.contains(.video))
        if let began { camera.start(at: began) }
        return camera
    }

    @discardableResult
    private func openScreen(_ sinks: [PictureSink] = []) throws -> VideoDecoding {
        if let screen { return screen }
        let wake = wake
        let screen = try VideoDecoding(sinks: sinks) { wake.signal() }
        self.screen = screen
        threadCount += 1
        return screen
    }

    // MARK: Participants

    /// Media may flow with `peer`; the first makes the sources start.
    func join(_ peer: PeerID, fileName: String, at now: Instant) {
        let party = Party(audio.addParticipant(fileName: fileName), fileName: fileName)
        parties[peer] = party
        if let screen { party.picture = ViewedPicture(screen.addParticipant(fileName: fileName)) }
        guard began == nil else { return }
        began = now
        audio.start(at: now)
        camera?.start(at: now)
        for index in sources.indices {
            if case .pipe(let pipe, nil) = sources[index] { listen(to: pipe, index) }
        }
    }

    func leave(_ peer: PeerID) {
        guard let party = parties.removeValue(forKey: peer) else { return }
        departed.add(party.sound.reception)
        audio.remove(party.sound)
        guard let picture = party.picture else { return }
        picture.add(to: &departed.video)
        screen?.remove(picture.participant)
    }

    /// A packet of a participant goes to where it is played.
    func play(_ media: ReceivedMedia, _ payload: RawSpan, at arrival: Instant) {
        guard let party = parties[media.peer] else { return }
        switch media.kind {
        case .sound:
            _ = party.sound.receive(
                ssrc: media.ssrc, sequence: media.sequence, timestamp: media.timestamp, payload: payload, at: arrival)
            party.picture?.participant.heard(payload, timestamp: media.timestamp, at: arrival)
        case .picture, .repairedPicture:
            picture(of: party)?.receive(media, payload, at: arrival)
            isDirty = true
        }
    }

    private func picture(of party: Party) -> ViewedPicture? {
        if let picture = party.picture { return picture }
        guard !isStopping, let screen = try? openScreen() else { return nil }
        let picture = ViewedPicture(screen.addParticipant(fileName: party.fileName))
        party.picture = picture
        return picture
    }

    /// Does what is due with pictures: hands `ask` what participants should be asked for. When to call again; nil: when
    /// something comes. `isWoken`: a thread has something to say, or it is time.
    func runPictures(isWoken: Bool, at now: Instant, _ ask: (PeerID, VideoWish) -> Void) -> Instant? {
        guard isWoken || isDirty else { return nextRun }
        isDirty = false
        nextRun = nil
        for (peer, party) in parties {
            guard let picture = party.picture else { continue }
            let wish = picture.run(with: party.sound, at: now)
            if !wish.missing.isEmpty { ask(peer, .packets(wish.missing)) }
            if wish.needsKeyFrame { ask(peer, .keyFrame) }
            nextRun = wish.wait?.orEarlier(nextRun) ?? nextRun
        }
        return nextRun
    }

    // MARK: Orders

    func mute(_ kind: Calling.MediaKind, _ isMuted: Bool) {
        if isMuted { muted.insert(kind) } else { muted.remove(kind) }
        switch kind {
        case .audio: audio.setMuted(isMuted)
        case .video: camera?.setMuted(isMuted)
        }
    }

    func expectLoss(percent: Int) { audio.setExpectedLoss(percent: percent) }

    func requestKeyFrame() { camera?.requestKeyFrame() }

    /// The source of a participant runs, or pauses.
    func source(of peer: PeerID, _ kind: Calling.MediaKind, isRunning: Bool) {
        switch kind {
        case .audio: parties[peer]?.sound.setSending(isRunning)
        case .video: parties[peer]?.picture?.setSending(isRunning)
        }
    }

    func note(_ peer: PeerID, sound: SenderReport?, picture: SenderReport?) {
        parties[peer]?.picture?.note(sound: sound, picture: picture)
    }

    func note(_ peer: PeerID, roundTrip: Duration) { parties[peer]?.picture?.setRoundTrip(roundTrip) }

    /// Everything stops, and files are finished; `nextNews` says when.
    func stop() {
        guard !isStopping else { return }
        isStopping = true
        for index in sources.indices { if case .pipe = sources[index] { sources[index] = .ended } }
        audio.stop()
        camera?.stop()
        screen?.stop()
    }

    // MARK: What comes of it

    /// The threads whose frames wait to be sent.
    var outgoing: (sound: AudioSession, picture: VideoSender?) { (audio, camera) }

    /// All that there is to tell now. The last of all is `stopped`.
    func drainNews() -> [MediaNews] {
        defer { news.removeAll() }
        while let event = audio.nextEvent() { tell(event) }
        while let event = camera?.nextEvent() { tell(event) }
        while let event = screen?.nextEvent() { tell(event) }
        if isStopping, threadCount == 0, !isTold {
            isTold = true
            news.append(.stopped(call, report))
        }
        return news
    }

    /// Whether the last of all was told.
    private(set) var isTold = false

    private func tell(_ event: AudioEvent) {
        switch event {
        case .mediaStarted(let id):
            if let peer = parties.first(where: { $0.value.sound.id == id })?.key { news.append(.started(call, peer)) }
        case .sendingStarted: news.append(.sourceRunning(call, .audio))
        case .sendingStopped: news.append(.sourcesSilent(call, .audio))
        case .sourceEnded(let id, let error): end(sound: id, error)
        case .sinkFailed(let sink, let reason):
            news.append(.sinkFailed(call, sink: soundSinks[sink], .audio, reason: reason))
        case .finished: threadCount -= 1
        }
    }

    private func tell(_ event: VideoSendingEvent) {
        switch event {
        case .sendingStarted: news.append(.sourceRunning(call, .video))
        case .sourceEnded(let id, let error):
            end(picture: id, error)
            news.append(.sourcesSilent(call, .video))
        case .finished: threadCount -= 1
        }
    }

    private func tell(_ event: VideoDecodingEvent) {
        switch event {
        case .pictureShown(let id):
            let peer = parties.first { $0.value.picture?.participant.id == id }?.key
            if let peer { news.append(.pictureShown(call, peer)) }
        case .sinkFailed(let sink, let reason):
            news.append(.sinkFailed(call, sink: pictureSinks[sink], .video, reason: reason))
        case .finished: threadCount -= 1
        }
    }

    /// The sound or the picture of a source has no more: it has ended when both have, or something is wrong with it.
    private func end(sound: Int? = nil, picture: Int? = nil, _ error: MediaFileError?) {
        for index in sources.indices {
            guard case .running(let ownSound, let ownPicture) = sources[index],
                sound.map({ $0 == ownSound }) ?? (picture == ownPicture)
            else { continue }
            let left = (sound: sound == nil ? ownSound : nil, picture: picture == nil ? ownPicture : nil)
            guard error == nil, left.sound != nil || left.picture != nil else {
                sources[index] = .ended
                return news.append(.sourceEnded(call, source: index, fault: error.map { MediaFault($0) }))
            }
            sources[index] = .running(sound: left.sound, picture: left.picture)
        }
    }

    /// What is counted now.
    var report: MediaReport {
        var report = departed
        let sent = audio.transmission
        report.framesSent = sent.frames
        report.payloadByteCount = sent.payloadBytes
        for party in parties.values {
            report.add(party.sound.reception)
            party.picture?.add(to: &report.video)
        }
        if let camera { report.video.add(camera.transmission) }
        return report
    }
}

extension MediaReport {
    /// Adds what one participant's reception counted.
    fileprivate mutating func add(_ reception: AudioReception) {
        framesDecoded += reception.decoded
        framesRecovered += reception.recovered
        framesLate += reception.late
        concealed += reception.concealed
        delay = reception.delay
        level = reception.level >= 127 ? nil : -Double(reception.level)
    }
}

extension VideoReport {
    /// Adds what was sent.
    fileprivate mutating func add(_ sent: VideoTransmission) {
        framesSent += sent.frames
        keyFramesSent += sent.keyFrames
        framesLate += sent.lateFrames + sent.refusedFrames
        payloadByteCount += sent.payloadBytes
        guard let size = sent.size else { return }
        (sentWidth, sentHeight) = (size.width, size.height)
    }
}
