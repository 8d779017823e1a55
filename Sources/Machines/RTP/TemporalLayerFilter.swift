import Basics

/// Which frames of a stream that is encoded once one receiver gets: all up to a temporal layer.
///
/// What is left out must not look lost: the frames that are admitted are numbered anew, and the caller numbers their packets
/// with an `RTPSender` of this receiver. TL0PICIDX stays as it is, since layer 0 is always complete.
public struct TemporalLayerFilter: Sendable {
    /// The highest layer that the receiver is to get; nil for nothing at all.
    public var wanted: UInt8? = TemporalLayer.highest
    /// The highest layer that it gets now; nil until a key frame comes.
    public private(set) var active: UInt8?

    private var pictureID: PictureID

    /// A receiver that has not got anything; its first frame will have the number `firstPictureID`.
    public init(firstPictureID: PictureID) { pictureID = firstPictureID }

    /// Whether the receiver gets nothing before the next key frame.
    public var needsKeyFrame: Bool { wanted != nil && active == nil }

    /// The descriptor with which the receiver gets the encoder's next frame; nil when it does not get it.
    ///
    /// Layers are left off at any frame. A layer is taken on again only at a frame that refers to layer 0 alone, and the
    /// layers below it first: what the others refer to was left out.
    public mutating func admit(_ frame: VP8Descriptor, isKeyFrame: Bool) -> VP8Descriptor? {
        let index = frame.layer?.index ?? 0
        active = next(index: index, isSync: frame.layer?.isSync ?? false, isKeyFrame: isKeyFrame)
        guard let active, index <= active else { return nil }
        var admitted = frame
        admitted.pictureID = pictureID
        pictureID = pictureID.next
        return admitted
    }

    private func next(index: UInt8, isSync: Bool, isKeyFrame: Bool) -> UInt8? {
        guard let wanted else { return nil }
        guard !isKeyFrame else { return wanted }
        guard let active else { return nil }
        return isSync && index == active + 1 && index <= wanted ? index : min(active, wanted)
    }
}
