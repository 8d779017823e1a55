internal import Basics
internal import MediaFiles
internal import RTP

/// The source of a picture on its thread: raw pictures as they are due or, from a pipe, as they come.
///
/// What a codec made is decoded here, to be encoded anew: only our encoder has layers and gives key frames on request. Sound
/// in the same file is passed over: it is read by `OpusTrack`.
final class PictureLane {
    /// Where the source stands.
    enum State: Equatable {
        /// A pipe has not given the next frame yet.
        case awaited
        /// The next frame is there, or can be read at once; it is shown at this time since the source's beginning.
        case ready(Duration)
        case ended(MediaFileError?)
    }

    /// The sender's name for it.
    let id: Int
    private(set) var state = State.awaited
    /// Frames that no decoder takes.
    private(set) var undecodableCount = 0

    private var supply: Supply
    /// What a pipe gave, until it is due.
    private let waiting = VideoFrame(VideoTransmitter.smallest)
    private var coded = EncodedFrame()
    private var newest: Duration?
    private var step = FrameRate.thirty.frameDuration
    private var hasPictures = false, hasShown = false
    /// Bytes of sound, and what each packet costs, since the last picture.
    private var passedCost = 0

    /// Beyond this, and when there is no picture for a second, a file is read on as its sound is due.
    private static let mostPassedCost = 16 << 20
    private static let longestSearch: Duration = .seconds(1)

    private enum Supply {
        case pipe(PipeSource)
        case raw(VideoSource)
        case encoded(EncodedSource, DecoderBox)
    }

    /// Keeps a decoder where an enum can hold it.
    private final class DecoderBox {
        var decoder = VP8Decoder()
    }

    /// Precondition: `source` is not sound.
    init(id: Int, _ source: MediaSource) {
        self.id = id
        guard let supply = Self.supply(of: source) else { preconditionFailure("a picture is wanted") }
        self.supply = supply
    }

    private static func supply(of source: MediaSource) -> Supply? {
        switch source {
        case .sound: nil
        case .pictures(let source): .raw(source)
        case .encoded(let source): .encoded(source, DecoderBox())
        case .pipe(let source): .pipe(source)
        }
    }

    /// How long a frame is shown.
    var frameDuration: Duration {
        if case .raw(let source) = supply, let rate = source.rate { rate.frameDuration } else { step }
    }

    /// Whether it sets the pace itself.
    var isLive: Bool { pollDescriptor != nil }

    /// The number to poll while it is awaited.
    var pollDescriptor: Int32? {
        switch supply {
        case .pipe(let source): source.pollDescriptor
        case .raw(let source): source.pollDescriptor
        case .encoded(let source, _): source.pollDescriptor
        }
    }

    /// Reads until the next frame is ready, nothing more can be had now, or all has ended.
    func prepare() {
        while state == .awaited {
            switch supply {
            case .pipe(let source): if !tell(source) { return }
            case .raw(let source) where !source.isLive: state = .ready(newest.map { $0 + frameDuration } ?? .zero)
            case .raw(let source): if !note(source.read(into: waiting), at: waiting.time) { return }
            case .encoded(let source, _): if !readCoded(source) { return }
            }
        }
    }

    /// Gives the picture that is ready to `frame`. False when there is none after all: it cannot be decoded, is not to be
    /// shown, or all has ended.
    func take(into frame: VideoFrame) -> Bool {
        guard case .ready(let time) = state else { preconditionFailure("nothing is ready") }
        if case .encoded = supply, coded.track == .audio {
            state = .awaited
            return false
        }
        step = newest.map { max(.milliseconds(1), time - $0) } ?? step
        newest = time
        state = .awaited
        switch supply {
        case .pipe: preconditionFailure("a pipe that has not told anything is not ready")
        case .raw(let source) where !source.isLive: return note(source.read(into: frame), at: nil)
        case .raw: waiting.swap(with: frame)
        case .encoded(_, let box): return decode(with: box, into: frame)
        }
        return true
    }

    private func tell(_ source: PipeSource) -> Bool {
        switch source.tell() {
        case .notNow: return false
        case .failed(let error): state = .ended(error)
        case .told(let told):
            if let supply = Self.supply(of: told) {
                self.supply = supply
            } else {
                state = .ended(.data("it is sound; a picture is wanted"))
            }
        }
        return true
    }

    private func readCoded(_ source: EncodedSource) -> Bool {
        let outcome = source.read(into: &coded)
        guard case .frame = outcome, coded.track == .audio else {
            passedCost = 0
            if case .frame = outcome { hasPictures = true }
            return note(outcome, at: coded.time)
        }
        passedCost += coded.bytes.count + 1_024
        let isFar = !source.isLive && coded.time > (newest ?? .zero) + Self.longestSearch
        if isFar || passedCost > Self.mostPassedCost { state = .ready(coded.time) }
        return true
    }

    /// Notes what came of reading; a frame is ready at `time`. False when there was none.
    private func note(_ outcome: ReadOutcome, at time: Duration?) -> Bool {
        switch outcome {
        case .frame:
            if let time { state = .ready(time) }
            return true
        case .notNow: return false
        case .failed(let error): state = .ended(error)
        case .ended: state = .ended(fruitlessness)
        }
        return false
    }

    private var fruitlessness: MediaFileError? {
        guard case .encoded(let source, _) = supply, !hasShown else { return nil }
        guard !hasPictures else { return .data("none of its frames can be decoded") }
        return source.isLive ? .data("it has no pictures") : nil
    }

    private func decode(with box: DecoderBox, into frame: VideoFrame) -> Bool {
        do throws(VP8DecodeError) {
            guard try box.decoder.decode(coded.bytes.rawSpan, into: frame) else { return false }
            hasShown = true
            return true
        } catch {
            undecodableCount += 1
            return false
        }
    }
}
