public import Basics
internal import CVPX
public import MediaFiles
internal import RTP

/// Makes VP8 of pictures, in real time, on the thread that calls it, with three temporal layers (0 2 1 2).
///
/// Key frames come only on request, at the beginning, and when the size changes. Each is followed by the pattern from its
/// start.
@safe
public struct VP8Encoder: ~Copyable {
    /// Width and height of the frames that it made last.
    public private(set) var size: FrameSize
    /// What it aims for, of all layers together.
    public private(set) var bitrate: Bitrate
    /// Whether the next frame will be a key frame.
    public private(set) var needsKeyFrame = true

    private let context: UnsafeMutablePointer<vpx_codec_ctx_t>
    private let settings: UnsafeMutablePointer<vpx_codec_enc_cfg_t>
    private let image: UnsafeMutablePointer<vpx_image_t>
    private var pattern = VP8LayerPattern()
    private var baseIndex: UInt8 = 0
    private var newest: Int64?

    /// Ticks a second: those of RTP.
    private static let clockRate = VP8Payload.clockRate
    /// Fixed, not chosen by libvpx from how long it took: the same pictures give the same bytes.
    private static let speed: Int32 = -8
    /// Parts of the bit rate up to each layer, in percent: layer 0 has a frame of four, layers 1 and 2 one and two.
    private static let shares: InlineArray<3, Int> = [40, 60, 100]
    /// Below this libvpx makes nothing that one would look at.
    public static let leastBitrate = Bitrate.kilobits(30)
    /// More than a mesh of cameras has use for.
    public static let highestBitrate = Bitrate.kilobits(50_000)

    /// An encoder of pictures of `size`. The bit rate is brought between `leastBitrate` and `highestBitrate`.
    public init(_ size: FrameSize, bitrate: Bitrate) {
        self.size = size
        self.bitrate = Self.allowed(bitrate)
        unsafe context = .allocate(capacity: 1)
        unsafe settings = .allocate(capacity: 1)
        unsafe image = .allocate(capacity: 1)
        unsafe context.initialize(to: vpx_codec_ctx_t())
        unsafe settings.initialize(to: vpx_codec_enc_cfg_t())
        unsafe image.initialize(to: vpx_image_t())
        let result = unsafe vpx_codec_enc_config_default(vpx_codec_vp8_cx(), settings, 0)
        precondition(result == VPX_CODEC_OK)
        set()
        open()
    }

    deinit {
        unsafe vpx_codec_destroy(context)
        unsafe context.deallocate()
        unsafe settings.deallocate()
        unsafe image.deallocate()
    }

    /// The next frame will be a key frame.
    public mutating func requestKeyFrame() { needsKeyFrame = true }

    /// Aims for another rate from the next frame on.
    public mutating func setBitrate(_ bitrate: Bitrate) {
        let bitrate = Self.allowed(bitrate)
        guard bitrate != self.bitrate else { return }
        self.bitrate = bitrate
        setRates()
        let result = unsafe vpx_codec_enc_config_set(context, settings)
        precondition(result == VPX_CODEC_OK, "the encoder refuses \(bitrate.bitsPerSecond) bits a second")
    }

    /// Encodes `frame`, which is shown at `time` of any clock, and lends what came of it to `body` until that returns. The
    /// planes are not copied before they reach libvpx. A frame of another size begins anew with a key frame.
    ///
    /// False, and `body` is not called, when libvpx refuses: then the next frame is a key frame.
    public mutating func encode(_ frame: VideoFrame, at time: Duration, _ body: (VP8Picture, RawSpan) -> Void) -> Bool {
        if frame.size != size { resize(to: frame.size) }
        let (layer, flags) = pattern.next(isKeyFrame: needsKeyFrame)
        _ = unsafe parley_vp8_set(context, Int32(VP8E_SET_TEMPORAL_LAYER_ID.rawValue), Int32(layer.index))
        let (ticks, duration) = place(time)
        let result = frame.withPlanes { planes in
            unsafe wrap(planes)
            return unsafe vpx_codec_encode(context, image, ticks, UInt(duration), flags, UInt(VPX_DL_REALTIME))
        }
        guard result == VPX_CODEC_OK, take(layer, body) else {
            needsKeyFrame = true
            return false
        }
        return true
    }

    private mutating func take(_ layer: TemporalLayer, _ body: (VP8Picture, RawSpan) -> Void) -> Bool {
        var iterator: vpx_codec_iter_t?, isTaken = false
        while let packet = unsafe vpx_codec_get_cx_data(context, &iterator) {
            guard unsafe packet.pointee.kind == VPX_CODEC_CX_FRAME_PKT,
                let start = unsafe packet.pointee.data.frame.buf
            else { continue }
            let isKeyFrame = unsafe packet.pointee.data.frame.flags & UInt32(VPX_FRAME_IS_KEY) != 0
            guard isKeyFrame == needsKeyFrame else { return false }  // the layer would not be true
            needsKeyFrame = false
            if layer.index == 0 { baseIndex &+= 1 }
            isTaken = true
            let picture = VP8Picture(isKeyFrame: isKeyFrame, layer: layer, baseIndex: baseIndex, size: size)
            unsafe body(picture, RawSpan(_unsafeStart: start, byteCount: Int(packet.pointee.data.frame.sz)))
        }
        return isTaken
    }

    /// libvpx wants times that grow, and makes the rate of frames from them.
    private mutating func place(_ time: Duration) -> (ticks: Int64, duration: Int64) {
        var ticks = time.nanoseconds / 1_000 * Int64(Self.clockRate) / 1_000_000
        if let newest, ticks <= newest { ticks = newest + 1 }
        let step = newest.map { ticks - $0 } ?? Int64(Self.clockRate / 30)
        newest = ticks
        return (ticks, max(1, min(step, Int64(Self.clockRate))))
    }

    @unsafe
    private func wrap(_ planes: VideoFrame.Planes) {
        // Padding between rows is ours, so the wrapper's own idea of it is replaced.
        _ = unsafe vpx_img_wrap(image, VPX_IMG_FMT_I420, UInt32(size.width), UInt32(size.height), 1, planes.y)
        unsafe image.pointee.planes.0 = planes.y
        unsafe image.pointee.planes.1 = planes.u
        unsafe image.pointee.planes.2 = planes.v
        unsafe image.pointee.stride.0 = Int32(planes.lumaStride)
        unsafe image.pointee.stride.1 = Int32(planes.chromaStride)
        unsafe image.pointee.stride.2 = Int32(planes.chromaStride)
    }

    private mutating func resize(to size: FrameSize) {
        self.size = size
        // A new one: libvpx keeps the memory of the largest size and the rate control of the one before.
        unsafe vpx_codec_destroy(context)
        unsafe settings.pointee.g_w = UInt32(size.width)
        unsafe settings.pointee.g_h = UInt32(size.height)
        open()
        needsKeyFrame = true
        newest = nil
    }

    private func open() {
        let result = unsafe parley_vp8_encoder_init(context, settings)
        precondition(result == VPX_CODEC_OK, "the encoder could not be made: error \(result.rawValue)")
        set(VP8E_SET_CPUUSED, Self.speed)
        set(VP8E_SET_STATIC_THRESHOLD, 1)
        set(VP8E_SET_NOISE_SENSITIVITY, 0)
        set(VP8E_SET_TOKEN_PARTITIONS, 0)
        // A key frame may take nine times what a frame has on average: smaller ones are mended by all that follow.
        set(VP8E_SET_MAX_INTRA_BITRATE_PCT, 900)
    }

    private func set(_ control: vp8e_enc_control_id, _ value: Int32) {
        let result = unsafe parley_vp8_set(context, Int32(control.rawValue), value)
        precondition(result == VPX_CODEC_OK, "the encoder refuses setting \(control.rawValue) to \(value)")
    }

    private func set() {
        unsafe settings.pointee.g_w = UInt32(size.width)
        unsafe settings.pointee.g_h = UInt32(size.height)
        unsafe settings.pointee.g_timebase.num = 1
        unsafe settings.pointee.g_timebase.den = Int32(Self.clockRate)
        unsafe settings.pointee.g_threads = 1  // more would spin, at the cost of everything else
        unsafe settings.pointee.g_lag_in_frames = 0
        unsafe settings.pointee.g_error_resilient = UInt32(VPX_ERROR_RESILIENT_DEFAULT)
        unsafe settings.pointee.kf_mode = VPX_KF_DISABLED
        unsafe settings.pointee.rc_end_usage = VPX_CBR
        unsafe settings.pointee.rc_dropframe_thresh = 0  // frames are dropped before they cost anything, or not at all
        unsafe settings.pointee.rc_resize_allowed = 0
        unsafe settings.pointee.rc_min_quantizer = 2
        unsafe settings.pointee.rc_max_quantizer = 56
        unsafe settings.pointee.rc_undershoot_pct = 100
        unsafe settings.pointee.rc_overshoot_pct = 15
        unsafe settings.pointee.rc_buf_sz = 1_000
        unsafe settings.pointee.rc_buf_initial_sz = 500
        unsafe settings.pointee.rc_buf_optimal_sz = 600
        unsafe settings.pointee.ts_number_layers = 3
        unsafe settings.pointee.ts_periodicity = 4
        unsafe (settings.pointee.ts_rate_decimator.0, settings.pointee.ts_rate_decimator.1) = (4, 2)
        unsafe settings.pointee.ts_rate_decimator.2 = 1
        unsafe (settings.pointee.ts_layer_id.0, settings.pointee.ts_layer_id.1) = (0, 2)
        unsafe (settings.pointee.ts_layer_id.2, settings.pointee.ts_layer_id.3) = (1, 2)
        setRates()
    }

    private func setRates() {
        let kilobits = bitrate.bitsPerSecond / 1_000
        unsafe settings.pointee.rc_target_bitrate = UInt32(kilobits)
        unsafe settings.pointee.ts_target_bitrate.0 = UInt32(kilobits * Self.shares[0] / 100)
        unsafe settings.pointee.ts_target_bitrate.1 = UInt32(kilobits * Self.shares[1] / 100)
        unsafe settings.pointee.ts_target_bitrate.2 = UInt32(kilobits)
    }

    private static func allowed(_ bitrate: Bitrate) -> Bitrate { max(leastBitrate, min(highestBitrate, bitrate)) }
}
