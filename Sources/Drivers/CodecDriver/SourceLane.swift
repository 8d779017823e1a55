internal import MediaFiles

/// One source on the media thread: brought to 48 kHz, and cut into frames.
final class SourceLane {
    /// Where the source stands.
    enum State: Equatable {
        /// A pipe that has not given a whole frame yet: nobody waits for it.
        case awaited
        case running
        /// A pipe that gave too little in time: nobody waits for it until it has a whole frame again.
        case starving
        case ended(MediaFileError?)
    }

    /// The session's name for it.
    let id: Int
    private(set) var state = State.awaited
    private let source: AudioSource
    /// What makes samples of the source when it gives packets.
    private let track: OpusTrack?
    private var queue = SampleQueue(capacity: capacity)
    private var resampler: Resampling = .none
    /// What was read at the source's own rate, until the resampler takes it.
    private var raw = [Float](repeating: 0, count: rawCapacity)

    private static let frame = OpusEncoder.frameSampleCount
    private static let rate = 48_000
    private static let rawCapacity = 2_048
    /// A frame, and what the lowest rate makes of all that was read at once.
    private static let capacity = frame + rawCapacity * rate / 1_000 + frame

    /// How the source's rate becomes ours.
    private enum Resampling {
        case none
        case by(ResamplerBox, rate: Int)
    }

    /// Keeps a resampler where an enum can hold it.
    private final class ResamplerBox {
        var resampler: Resampler
        init(_ resampler: consuming Resampler) { self.resampler = resampler }
    }

    init(id: Int, _ source: AudioSource) {
        self.id = id
        self.source = source
        track = source.packets.map { OpusTrack($0) }
    }

    /// The number to poll when a frame is not there yet; nil when it always is.
    var pollDescriptor: Int32? { source.pollDescriptor }
    /// Whether it is read as bytes come; if not, when a frame is due.
    var isLive: Bool { source.isLive }
    /// Whether a whole frame is there, or all that will ever come.
    var isReady: Bool { queue.count >= Self.frame || hasEnded }
    /// Whether all has been taken.
    var isFinished: Bool { hasEnded && queue.count == 0 }

    private var hasEnded: Bool {
        switch state {
        case .ended: true
        case .awaited, .running, .starving: false
        }
    }

    /// Reads until a frame is there, or nothing more can be had now.
    func prepare() {
        while !isReady {
            switch source.rate == Self.rate ? readStraight() : readRaw() {
            case .samples: break
            case .notNow: return
            case .ended: end(nil)
            case .failed(let error): end(error)
            }
        }
        if queue.count >= Self.frame, state != .running, !hasEnded { state = .running }
    }

    /// Adds the next frame to `frame`; of a pipe that starves nothing until it has a whole one again.
    func mix(into frame: inout MutableSpan<Float>) {
        guard isReady || state == .running else { return }
        let taken = queue.mix(into: &frame)
        guard taken < frame.count, state == .running else { return }
        state = .starving
        track?.starved()
    }

    /// The thread could not run for so many frames. Pictures of the same file go on where they should be by now, and so must
    /// their sound; other sound is heard late rather than not at all.
    func skip(frames count: Int) {
        guard let track, track.hasPictures, !isLive else { return }
        var frame = [Float](repeating: 0, count: Self.frame)
        for _ in 0..<count {
            prepare()
            var span = frame.mutableSpan
            mix(into: &span)
        }
    }

    private func readStraight() -> AudioSource.Outcome {
        var outcome = AudioSource.Outcome.notNow
        queue.append(atMost: Self.frame - queue.count) { samples in
            outcome =
                if let track { track.read(into: &samples, atMost: samples.count) } else {
                    source.read(into: &samples, atMost: samples.count)
                }
            if case .samples(let count) = outcome { return count }
            return 0
        }
        return outcome
    }

    /// Reads at the source's own rate, as much as a frame needs. A pipe tells its rate only with its first samples.
    private func readRaw() -> AudioSource.Outcome {
        let wanted = source.rate.map { (Self.frame - queue.count) * $0 / Self.rate + 1 } ?? Self.frame
        var span = raw.mutableSpan
        let outcome = source.read(into: &span, atMost: min(Self.rawCapacity, wanted))
        if case .samples(let count) = outcome { convert(count) }
        return outcome
    }

    /// Brings the first `count` of `raw` to 48 kHz.
    private func convert(_ count: Int) {
        guard let rate = source.rate, rate != Self.rate else { return copy(count) }
        let box: ResamplerBox
        switch resampler {
        case .by(let present, _): box = present
        case .none:
            box = ResamplerBox(Resampler(from: rate, to: Self.rate))
            resampler = .by(box, rate: rate)
        }
        let raw = raw
        var used = 0
        while used < count {
            queue.append(atMost: queue.room) { samples in
                let (consumed, produced) = box.resampler.process(raw.span.extracting(used..<count), into: &samples)
                used += consumed
                return produced
            }
        }
    }

    private func copy(_ count: Int) {
        let raw = raw
        queue.append(atMost: count) { samples in
            for index in 0..<count { samples[index] = raw[index] }
            return count
        }
    }

    private func end(_ error: MediaFileError?) {
        state = .ended(error)
        guard case .by(let box, _) = resampler else { return }
        // What the filter still holds comes out behind as many zeros.
        let count = min(Self.rawCapacity, box.resampler.inputLatency)
        for index in 0..<count { raw[index] = 0 }
        convert(count)
    }
}
