internal import CVPX
internal import RTP

/// Which temporal layer each frame has, and what it may refer to: 0 2 1 2 in turn, beginning anew with a key frame.
///
/// The newest frame of layer 0 is libvpx's "last" picture, that of layer 1 its "golden" one. A frame that may be left out
/// leaves no trace in the probabilities of the entropy coder either.
struct VP8LayerPattern {
    /// The highest layer, to which no frame refers.
    static let highest: UInt8 = 2

    private var step = 0

    /// The frame's layer, and what libvpx is told of it. Ask once for each frame.
    mutating func next(isKeyFrame: Bool) -> (layer: TemporalLayer, flags: Int) {
        if isKeyFrame { step = 0 }
        defer { step = (step + 1) % 4 }
        guard !isKeyFrame else { return (TemporalLayer(index: 0, isSync: false), Int(VPX_EFLAG_FORCE_KF)) }
        let flags: Int32
        let layer: TemporalLayer
        switch step {
        case 0:
            layer = TemporalLayer(index: 0, isSync: false)
            flags = Self.fromBaseAlone | VP8_EFLAG_NO_UPD_GF | VP8_EFLAG_NO_UPD_ARF
        case 2:
            layer = TemporalLayer(index: 1, isSync: true)
            flags = Self.fromBaseAlone | VP8_EFLAG_NO_UPD_LAST | VP8_EFLAG_NO_UPD_ARF | VP8_EFLAG_NO_UPD_ENTROPY
        case 1:
            layer = TemporalLayer(index: 2, isSync: true)
            flags = Self.fromBaseAlone | Self.withoutTrace
        default:
            layer = TemporalLayer(index: 2, isSync: false)
            flags = VP8_EFLAG_NO_REF_ARF | Self.withoutTrace
        }
        return (layer, Int(flags))
    }

    private static let fromBaseAlone = VP8_EFLAG_NO_REF_GF | VP8_EFLAG_NO_REF_ARF
    private static let withoutTrace =
        VP8_EFLAG_NO_UPD_LAST | VP8_EFLAG_NO_UPD_GF | VP8_EFLAG_NO_UPD_ARF | VP8_EFLAG_NO_UPD_ENTROPY
}
