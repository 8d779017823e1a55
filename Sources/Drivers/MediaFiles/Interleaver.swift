internal import Basics

/// Puts the frames of several tracks into the order of their times. A frame waits until every other track has come as far,
/// or for a second of the others' time: a track may be silent.
struct Interleaver {
    /// How far a track may lag behind before nobody waits for it.
    static let patience: Duration = .seconds(1)
    /// Bytes that may wait.
    static let mostBytes = 8 << 20

    private let tracks: Set<EncodedFrame.Track>
    /// In the order of their times.
    private var waiting: [EncodedFrame] = []
    private var byteCount = 0
    private var newest: [EncodedFrame.Track: Duration] = [:]
    /// Frames that were written, whose memory serves the next ones.
    private var spare: [EncodedFrame] = []

    init(tracks: Set<EncodedFrame.Track>) { self.tracks = tracks }

    /// Takes a frame in.
    mutating func add(_ bytes: RawSpan, _ track: EncodedFrame.Track, at time: Duration) {
        var frame = spare.popLast() ?? EncodedFrame()
        (frame.track, frame.time) = (track, time)
        frame.bytes.removeAll(keepingCapacity: true)
        unsafe bytes.withUnsafeBytes { unsafe frame.bytes.append(contentsOf: $0) }
        var index = waiting.count
        while index > 0, waiting[index - 1].time > time { index -= 1 }
        waiting.insert(frame, at: index)
        byteCount += bytes.byteCount
        newest[track] = max(newest[track] ?? time, time)
    }

    /// The next frame in order; nil when it must wait. Give it back with `reuse`.
    mutating func next(isLast: Bool = false) -> EncodedFrame? {
        guard let first = waiting.first, isLast || isRipe(first) else { return nil }
        byteCount -= first.bytes.count
        return waiting.removeFirst()
    }

    /// The frame was written.
    mutating func reuse(_ frame: consuming EncodedFrame) { if spare.count < 8 { spare.append(frame) } }

    private func isRipe(_ frame: EncodedFrame) -> Bool {
        if byteCount > Self.mostBytes { return true }
        var furthest = frame.time, isOvertaken = true
        for track in tracks {
            guard let time = newest[track] else {
                isOvertaken = false
                continue
            }
            furthest = max(furthest, time)
            if time < frame.time { isOvertaken = false }
        }
        return isOvertaken || furthest - frame.time >= Self.patience
    }
}
