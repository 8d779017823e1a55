/// Which frames the decoder can take: those that refer only to frames that it has had.
///
/// A frame of layer 0 refers to the one of layer 0 before it; a frame of a higher layer to the layer 0 that it names, to the
/// layers between, and to its own unless nothing in its layer is referred to. A sync frame refers to layer 0 alone. So when
/// something unknown is lost, layer 0 goes on if it is numbered without a gap, and the layers above it with their next sync.
struct VideoReferences: Equatable, Sendable {
    /// Whether nothing can be decoded before the next key frame.
    private(set) var needsKeyFrame = true
    /// The newest frame of layer 0 that the decoder has.
    private var base: UInt8?
    /// Bit i: nothing of layer i that may be referred to is missing. (Bit 0: nothing at all was lost since the key frame.)
    private var whole: UInt8 = 0

    /// Whether the decoder can take `frame` next.
    func accept(_ frame: VideoPacket.Kind) -> Bool {
        guard !frame.isKeyFrame else { return true }
        guard !needsKeyFrame else { return false }
        guard let layer = frame.layer, let base else { return isWhole(0) }
        guard layer.index > 0 else { return layer.base == base &+ 1 }
        guard layer.base == base else { return false }
        let isOwnWhole = frame.isNonReference || isWhole(layer.index)
        return layer.isSync || isOwnWhole && (1..<layer.index).allSatisfy { isWhole($0) }
    }

    /// The decoder took `frame`.
    mutating func took(_ frame: VideoPacket.Kind) {
        if frame.isKeyFrame {
            (needsKeyFrame, base, whole) = (false, frame.layer?.base, .max)
            return
        }
        guard let layer = frame.layer else { return }
        if layer.index == 0 { base = layer.base } else if !frame.isNonReference { whole |= 1 << layer.index }
    }

    /// `frame` is complete, but the decoder does not get it.
    mutating func skipped(_ frame: VideoPacket.Kind) {
        guard !frame.isNonReference else { return }
        guard let layer = frame.layer, layer.index > 0, base != nil else { return lostEverything() }
        whole &= ~(1 << layer.index | 1)
    }

    /// Frames of which nothing is known will not come.
    mutating func lostSomething() { whole = 0 }

    /// Nothing that was decoded helps any more.
    mutating func lostEverything() {
        whole = 0
        needsKeyFrame = true
    }

    private func isWhole(_ layer: UInt8) -> Bool { whole >> layer & 1 != 0 }
}
