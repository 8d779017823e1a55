/// Where the clusters of a WebM file begin that one can jump to: at most 4,096, every second being forgotten when there are
/// more.
struct WebMIndex {
    private static let capacity = 4_096

    private var points: [(track: EncodedFrame.Track, time: Int, position: Int)] = []
    private var stride = 1
    private var offered = 0

    /// A cluster begins at `position` of the segment with a frame of `time` milliseconds that can be decoded alone.
    mutating func add(_ track: EncodedFrame.Track, time: Int, position: Int) {
        defer { offered += 1 }
        guard offered % stride == 0 else { return }
        points.append((track, time, position))
        guard points.count == Self.capacity else { return }
        points = Swift.stride(from: 0, to: points.count, by: 2).map { points[$0] }
        stride *= 2
    }

    /// The element Cues; empty when there is nothing to jump to.
    func cues() -> [UInt8] {
        guard !points.isEmpty else { return [] }
        return EBML.element(
            0x1C53_BB6B,
            points.flatMap { point in
                EBML.element(
                    0xBB,
                    EBML.number(0xB3, point.time)
                        + EBML.element(
                            0xB7,
                            EBML.number(0xF7, WebMHeader.number(of: point.track)) + EBML.number(0xF1, point.position)))
            })
    }
}
