internal import Basics
internal import MediaFiles

/// The sound of a WebM file or pipe as samples at 48 kHz: packets are decoded when their samples are due, and lie where
/// their times say, so that lips fit. A gap is silence; what cannot be decoded is a gap.
///
/// Times that come a little off are believed less than the samples: a recording of a call tells when packets arrived.
final class OpusTrack {
    private let source: EncodedSource
    private let decoder = OpusDecoder()
    private var frame = EncodedFrame()
    private var decoded = [Float](repeating: 0, count: OpusDecoder.maximumSampleCount)
    /// Of `decoded`, what was not given yet.
    private var rest = 0..<0
    /// Samples of silence before it.
    private var silence = 0
    /// Samples since the beginning of the file, up to what was given.
    private var position = 0
    /// Samples that the encoder made to get under way, and how many of them are still to come.
    private var delay = 0, toSkip = 0
    private var repetition: Int?
    /// Whether the next packet says where we are.
    private var isLost: Bool
    /// Whether nothing of the file, or of its repetition, was placed yet.
    private var isBeginning = true
    private var hasPackets = false, hasSound = false
    /// What reading has cost since it gave samples, in bytes.
    private var cost = 0

    private static let rate = 48_000
    /// A gap that is not longer is none: 40 ms.
    private static let toleratedGap = rate / 25
    /// Packets that come this much too soon, 120 ms, are played nevertheless, one behind the other.
    private static let toleratedLead = rate * 3 / 25
    /// Files have their tracks side by side, but pictures may be in front by as much: `MediaTimeline` admits no more.
    private static let longestSearch = rate * 10
    /// Then a frame of silence goes out first: nobody may keep this thread busy.
    private static let mostCost = 16 << 20
    private static let costOfPicture = 1 << 10, costOfLostPacket = 1 << 20
    private static let silentFrame = OpusEncoder.frameSampleCount

    /// The sound among the frames of `source`.
    init(_ source: EncodedSource) {
        self.source = source
        isLost = source.isLive
    }

    /// Whether another thread shows the pictures of the same source.
    var hasPictures: Bool { source.tracks?.video != nil }

    /// As of `AudioSource`.
    func read(into samples: inout MutableSpan<Float>, atMost limit: Int) -> AudioSource.Outcome {
        precondition(limit > 0 && limit <= samples.count)
        while silence == 0, rest.isEmpty {
            if let outcome = readFrame() { return outcome }
        }
        cost = 0
        let count = min(limit, silence > 0 ? silence : rest.count)
        for index in 0..<count { samples[index] = silence > 0 ? 0 : decoded[rest.lowerBound + index] }
        if silence > 0 { silence -= count } else { rest = rest.lowerBound + count..<rest.upperBound }
        position += count
        return .samples(count)
    }

    /// Of a pipe too little came: what comes next was not to be had sooner.
    func starved() { isLost = source.isLive }

    /// Reads one frame. Nil when to look for samples, and else to call again.
    private func readFrame() -> AudioSource.Outcome? {
        switch source.read(into: &frame) {
        case .notNow: return .notNow
        case .failed(let error): return .failed(error)
        case .ended: return hasPackets && !hasSound ? .failed(.data("none of its sound can be decoded")) : .ended
        case .frame:
            if frame.track == .audio { decode() } else { pass() }
            if cost > Self.mostCost, rest.isEmpty, silence == 0 { silence = Self.silentFrame }
            return nil
        }
    }

    /// A picture: there is no sound before it, unless it is in front of its turn.
    private func pass() {
        cost += frame.bytes.count + Self.costOfPicture
        guard !isLost else { return }
        silence = max(0, Self.sampleCount(frame.time) - Self.longestSearch - position)
    }

    private func decode() {
        hasPackets = true
        if frame.repetition != repetition { begin() }
        var span = decoded.mutableSpan
        guard let count = decoder.decode(frame.bytes.rawSpan, into: &span) else { return cost += Self.costOfLostPacket }
        hasSound = true
        for index in 0..<count where !decoded[index].isFinite { decoded[index] = 0 }
        let skipped = min(toSkip, count)
        toSkip -= skipped
        place(skipped..<count, at: Self.sampleCount(frame.time) - delay + skipped)
        if rest.isEmpty { cost += Self.costOfLostPacket }
    }

    /// The first packet of the file, or of its repetition.
    private func begin() {
        if repetition == nil, let audio = source.tracks?.audio {
            delay = Self.sampleCount(audio.delay)
            decoder.setGain(audio.gain)
        } else {
            decoder.reset()
        }
        (repetition, toSkip, isBeginning) = (frame.repetition, delay, true)
    }

    /// Decoded samples, which belong to `start`, are next.
    private func place(_ samples: Range<Int>, at start: Int) {
        rest = samples
        guard !samples.isEmpty else { return }
        if isLost { (position, isLost) = (start, false) }
        if start - position > (isBeginning ? 0 : Self.toleratedGap) {
            silence = start - position
        } else if position - start > (isBeginning ? 0 : Self.toleratedLead) {
            rest = samples.lowerBound + min(samples.count, position - start)..<samples.upperBound
        }
        isBeginning = false
    }

    private static func sampleCount(_ time: Duration) -> Int { Int(time.nanoseconds / 125 * 6 / 1_000) }
}
