internal import Basics
internal import MediaFiles
internal import Platform
internal import Playout
internal import RTP

/// One participant on the decode worker: orders in, pictures to the sinks.
final class DecodingLane {
    let participant: VideoParticipant
    /// The name of its file in folders.
    let fileName: String
    /// Its own sinks, in folders.
    var sinks: [PictureSinkLane] = []
    /// The folders in which it has had its file, or could have none.
    var folders: Set<Int> = []
    private(set) var isHeard = false
    /// Frames that files of others did not take.
    private var foreignCount = 0

    private let decoder = DecoderBox()
    private let pictures = (0..<VideoParticipant.placeCount).map { _ in MediaFiles.VideoFrame(VideoTransmitter.smallest)
    }
    private var reception = VideoReception()
    /// Files have the source's own times, without what the path and this machine did to them.
    private var pictureClock = SourceClock(rate: VP8Payload.clockRate)
    private var soundClock = SourceClock(rate: OpusPayload.clockRate)

    private final class DecoderBox {
        var decoder = VP8Decoder()
    }

    /// What came of running.
    struct Outcome {
        /// Whether there is an answer for the network thread.
        var hasAnswer = false
        /// Whether the first picture was shown.
        var isFirstPicture = false
    }

    init(_ participant: VideoParticipant, fileName: String) {
        self.participant = participant
        self.fileName = fileName
    }

    var isSeen: Bool { reception.decoded > 0 }

    /// Carries out the oldest order; `willBegin` is called before the first frame is written. False when there is none.
    func run(_ shared: [PictureSinkLane], _ outcome: inout Outcome, willBegin: () -> Void) -> Bool {
        let isDone = participant.orders.pop { order, bytes in
            switch order {
            case .decode(let place, let timestamp, let arrival):
                let moment = pictureClock.moment(of: timestamp, arrival: arrival)
                decode(bytes, into: place, at: moment, shared, willBegin: willBegin)
                outcome.hasAnswer = true
            case .show(let place):
                show(pictures[place], shared)
                if reception.shown == 1 { outcome.isFirstPicture = true }
            }
        }
        if isDone { publish(shared) }
        return isDone
    }

    /// Writes the sound that came since the last call; `willBegin` is called before the first packet is written.
    func listen(_ shared: [PictureSinkLane], willBegin: () -> Void) {
        var hasSound = false
        while participant.sound.pop({ stamp, packet in
            hasSound = true
            let moment = soundClock.moment(of: stamp.timestamp, arrival: stamp.arrival)
            if !isHeard {
                isHeard = true
                willBegin()
            }
            forEachSink(of: shared) { $0.write(packet, .audio, at: moment) }
        }) {}
        if hasSound { publish(shared) }
    }

    private func publish(_ shared: [PictureSinkLane]) {
        reception.unwritten = foreignCount
        forEachSink(of: shared) { reception.unwritten += $0.unwrittenCount }
        participant.reception.withLock { $0 = reception }
    }

    private func decode(
        _ bytes: RawSpan, into place: Int, at moment: Instant, _ shared: [PictureSinkLane], willBegin: () -> Void
    ) {
        var isDecoded = false
        do throws(VP8DecodeError) {
            isDecoded = try decoder.decoder.decode(bytes, into: pictures[place])
        } catch { isDecoded = false }
        defer { participant.give(answer: isDecoded) }
        guard isDecoded else { return reception.failed += 1 }
        reception.decoded += 1
        if reception.decoded == 1 { willBegin() }
        reception.size = pictures[place].size
        forEachSink(of: shared) { $0.write(bytes, .video, at: moment) }
        foreignCount += foreignCount(shared) { if case .encoded = $0 { true } else { false } }
    }

    /// How many shared sinks of a kind have another participant.
    private func foreignCount(_ shared: [PictureSinkLane], _ isOfKind: (PictureSink) -> Bool) -> Int {
        shared.count { $0.owner != nil && $0.owner != participant.id && isOfKind($0.sink) }
    }

    private func show(_ picture: MediaFiles.VideoFrame, _ shared: [PictureSinkLane]) {
        reception.shown += 1
        forEachSink(of: shared) { $0.show(picture) }
        foreignCount += foreignCount(shared) { if case .pictures = $0 { true } else { false } }
    }

    /// Its own sinks, and those shared ones that are its.
    func forEachSink(of shared: [PictureSinkLane], _ body: (PictureSinkLane) -> Void) {
        for sink in sinks { body(sink) }
        for sink in shared where sink.owner == participant.id { body(sink) }
    }
}
