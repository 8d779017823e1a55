internal import Basics
internal import Glibc
internal import MediaFiles
internal import Platform
internal import Synchronization

/// The decode worker: carries out the orders of all participants in turn, and sleeps while there are none.
struct VideoDecodingThread: ~Copyable {
    private let mail: Mailbox<VideoDecoderCommand, VideoDecodingEvent>
    private var lanes: [DecodingLane] = []
    private var sinks: [PictureSinkLane] = []
    private var sleeper: Sleeper

    init(_ mail: Mailbox<VideoDecoderCommand, VideoDecodingEvent>) {
        self.mail = mail
        sleeper = Sleeper(mail.bell)
    }

    /// Runs until it is stopped. It has no priority: sound comes first.
    mutating func run() {
        Sleeper.blockSignals()
        while obey() {
            while runOnce() {}
            flush()
            sleeper.sleep(until: .distantFuture)
        }
        for lane in lanes { finish(lane) }
        for sink in sinks { sink.finish() }
        mail.report(.finished)
    }

    /// Does what was asked. False when it is stopped.
    private mutating func obey() -> Bool {
        for command in mail.takeCommands() {
            switch command {
            case .stop: return false
            case .addSink(let sink): add(sink)
            case .addParticipant(let lane):
                lanes.append(lane)
                tellWish(to: lane)
            case .removeParticipant(let id): remove(id)
            }
        }
        return !mail.isStopped.load(ordering: .acquiring)
    }

    /// One order of each participant. False when there was none.
    private mutating func runOnce() -> Bool {
        var isBusy = false
        for lane in lanes {
            var outcome = DecodingLane.Outcome()
            lane.listen(sinks) { begin(lane) }
            if lane.run(sinks, &outcome, willBegin: { begin(lane) }) { isBusy = true }
            if outcome.isFirstPicture { mail.report(.pictureShown(participant: lane.participant.id)) }
            if outcome.hasAnswer { mail.wake() }
        }
        return isBusy && !mail.isStopped.load(ordering: .acquiring)
    }

    private mutating func add(_ sink: PictureSinkLane) {
        sinks.append(sink)
        for lane in lanes { give(sink, to: lane) }
        for lane in lanes { tellWish(to: lane) }
    }

    /// The participant is seen or heard for the first time.
    private func begin(_ lane: DecodingLane) {
        for sink in sinks { give(sink, to: lane) }
        for lane in lanes { tellWish(to: lane) }
    }

    /// A file that has nobody yet becomes the participant's who is seen or, if it takes sound, heard; in a folder there is
    /// one for each.
    private func give(_ sink: PictureSinkLane, to lane: DecodingLane) {
        guard lane.isSeen || lane.isHeard && sink.takesSound else { return }
        if case .folder(let folder, let tracks) = sink.sink {
            guard lane.folders.insert(sink.id).inserted else { return }
            openFile(in: folder, tracks, sink.id, of: lane)
        } else if sink.owner == nil {
            sink.owner = lane.participant.id
        }
    }

    /// Says whether the participant's sound is wanted: by a folder, his own file, or one that has nobody yet.
    private func tellWish(to lane: DecodingLane) {
        var wish = SoundWish.none
        for sink in sinks where sink.takesSound && wish != .taken {
            wish = sink.owner == nil || sink.owner == lane.participant.id ? .taken : .refused
        }
        lane.participant.soundWish.store(wish, ordering: .relaxed)
    }

    private func openFile(
        in folder: SinkFolder, _ tracks: Set<EncodedFrame.Track>, _ id: Int, of lane: DecodingLane
    ) {
        let mail = mail
        do throws(MediaFileError) {
            let file = try folder.encodedSink(named: lane.fileName, tracks: tracks)
            lane.sinks.append(PictureSinkLane(id: id, .encoded(file)) { mail.report($0) })
        } catch { mail.report(.sinkFailed(sink: id, reason: error.reason)) }
    }

    private mutating func remove(_ id: Int) {
        for lane in lanes where lane.participant.id == id { finish(lane) }
        lanes.removeAll { $0.participant.id == id }
    }

    /// Sound that came already is written.
    private func finish(_ lane: DecodingLane) {
        lane.listen(sinks) { begin(lane) }
        for sink in lane.sinks { sink.finish() }
    }

    private mutating func flush() {
        for lane in lanes { for sink in lane.sinks { watch(sink) } }
        for sink in sinks { watch(sink) }
    }

    private mutating func watch(_ sink: PictureSinkLane) {
        sink.flush()
        if let descriptor = sink.pollDescriptor { sleeper.watch(descriptor, for: POLLOUT) }
    }
}
