public import MediaFiles
public import RTP

/// What is known of a frame that the encoder made.
public struct VP8Picture: Equatable, Sendable {
    /// Whether it refers to no other.
    public let isKeyFrame: Bool
    /// Its place among the temporal layers.
    public let layer: TemporalLayer
    /// TL0PICIDX: numbers the frames of layer 0; in a higher layer, the newest one of layer 0.
    public let baseIndex: UInt8
    /// Width and height.
    public let size: FrameSize

    /// Whether no other frame refers to it.
    public var isNonReference: Bool { layer.index == VP8LayerPattern.highest }

    /// The descriptor of its packets. The number of the frame is each receiver's own (`TemporalLayerFilter`).
    public var descriptor: VP8Descriptor {
        var descriptor = VP8Descriptor()
        descriptor.isNonReference = isNonReference
        descriptor.baseIndex = baseIndex
        descriptor.layer = layer
        return descriptor
    }
}
