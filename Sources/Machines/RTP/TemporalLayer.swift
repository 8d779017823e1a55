/// Where a frame stands among the temporal layers (RFC 7741 §4.2, TID and Y).
public struct TemporalLayer: Equatable, Sendable {
    /// 0 is the base; a frame of a layer never refers to one of a higher layer. At most 3.
    public let index: UInt8
    /// Whether the frame refers to nothing but the newest frame of layer 0: whoever has that may begin with the layer here.
    public let isSync: Bool

    /// The highest layer that can be written.
    public static let highest: UInt8 = 3

    /// A layer. Precondition: `index` is at most 3.
    public init(index: UInt8, isSync: Bool) {
        precondition(index <= Self.highest)
        self.index = index
        self.isSync = isSync
    }
}
