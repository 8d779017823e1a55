internal import Basics
internal import MediaFiles

/// One sink of the decode worker, until it fails. A file holds one participant: the first that is seen or, if it takes
/// sound, heard.
final class PictureSinkLane {
    /// The decoder's name for it.
    let id: Int
    let sink: PictureSink
    /// Whom it has.
    var owner: Int?
    private(set) var unwrittenCount = 0
    private var hasFailed = false
    private var began: Instant?
    private let report: (VideoDecodingEvent) -> Void

    init(id: Int, _ sink: PictureSink, owner: Int? = nil, report: @escaping (VideoDecodingEvent) -> Void) {
        self.id = id
        self.sink = sink
        self.owner = owner
        self.report = report
    }

    /// Whether it has a track of sound.
    var takesSound: Bool {
        switch sink {
        case .encoded(let sink): sink.tracks.contains(.audio)
        case .folder(_, let tracks): tracks.contains(.audio)
        case .pictures: false
        }
    }

    /// Writes a picture that is shown.
    func show(_ picture: VideoFrame) {
        guard !hasFailed, case .pictures(let sink) = sink else { return }
        note(sink.write(picture))
    }

    /// Writes a frame or packet as it came at `moment`.
    func write(_ frame: RawSpan, _ track: EncodedFrame.Track, at moment: Instant) {
        guard !hasFailed, case .encoded(let sink) = sink, sink.tracks.contains(track) else { return }
        let began = began ?? moment
        self.began = began
        note(sink.write(frame, track, at: max(.zero, moment - began)))
    }

    /// The descriptor to poll for room; nil while nothing waits.
    var pollDescriptor: Int32? {
        guard !hasFailed else { return nil }
        switch sink {
        case .pictures(let sink): return sink.pollDescriptor
        case .encoded(let sink): return sink.pollDescriptor
        case .folder: return nil
        }
    }

    /// Sends what waits.
    func flush() {
        guard pollDescriptor != nil else { return }
        switch sink {
        case .pictures(let sink): fail(sink.flush())
        case .encoded(let sink): fail(sink.flush())
        case .folder: break
        }
    }

    /// Nothing more comes.
    func finish() {
        guard !hasFailed else { return }
        if case .encoded(let sink) = sink { fail(sink.finish()) }
    }

    private func note(_ outcome: WriteOutcome) {
        if outcome == .full { unwrittenCount += 1 }
        fail(outcome)
    }

    private func fail(_ outcome: WriteOutcome) {
        guard case .failed(let error) = outcome else { return }
        hasFailed = true
        report(.sinkFailed(sink: id, reason: error.reason))
    }
}
