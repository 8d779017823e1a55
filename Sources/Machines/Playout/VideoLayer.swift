/// Where a frame stands among the temporal layers, as VP8's descriptor says it (RFC 7741 §4.2).
public struct VideoLayer: Equatable, Sendable {
    /// 0 is the base, 3 the highest. No frame refers to one of a higher layer.
    public var index: UInt8
    /// Numbers the frames of layer 0; in a higher layer, the newest one of layer 0 that it refers to. It wraps.
    public var base: UInt8
    /// Whether the frame refers to no other but that one.
    public var isSync: Bool

    /// A layer. Precondition: `index` is at most 3.
    public init(index: UInt8, base: UInt8, isSync: Bool) {
        precondition(index <= 3)
        self.index = index
        self.base = base
        self.isSync = isSync
    }
}
