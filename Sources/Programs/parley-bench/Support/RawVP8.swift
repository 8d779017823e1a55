internal import CVPX
internal import MediaFiles

/// libvpx alone, with the settings and the layers of our encoder.
@safe
final class RawVP8 {
    private let encoder: UnsafeMutablePointer<vpx_codec_ctx_t>
    private let decoder: UnsafeMutablePointer<vpx_codec_ctx_t>
    private var image = unsafe vpx_image_t()
    private var count = 0
    private var newest: [UInt8] = []

    private static let layers: [Int32] = [0, 2, 1, 2]
    private static let flags: [Int32] = {
        let base = VP8_EFLAG_NO_REF_GF | VP8_EFLAG_NO_REF_ARF
        let traceless =
            VP8_EFLAG_NO_UPD_LAST | VP8_EFLAG_NO_UPD_GF | VP8_EFLAG_NO_UPD_ARF | VP8_EFLAG_NO_UPD_ENTROPY
        return [
            base | VP8_EFLAG_NO_UPD_GF | VP8_EFLAG_NO_UPD_ARF, base | traceless,
            base | VP8_EFLAG_NO_UPD_LAST | VP8_EFLAG_NO_UPD_ARF | VP8_EFLAG_NO_UPD_ENTROPY,
            VP8_EFLAG_NO_REF_ARF | traceless,
        ]
    }()

    init(_ size: FrameSize, kilobits: Int) {
        unsafe encoder = .allocate(capacity: 1)
        unsafe decoder = .allocate(capacity: 1)
        unsafe encoder.initialize(to: vpx_codec_ctx_t())
        unsafe decoder.initialize(to: vpx_codec_ctx_t())
        var settings = unsafe vpx_codec_enc_cfg_t()
        _ = unsafe vpx_codec_enc_config_default(vpx_codec_vp8_cx(), &settings, 0)
        unsafe (settings.g_w, settings.g_h) = (UInt32(size.width), UInt32(size.height))
        unsafe (settings.g_timebase.num, settings.g_timebase.den) = (1, 90_000)
        unsafe (settings.g_threads, settings.g_lag_in_frames) = (1, 0)
        unsafe settings.g_error_resilient = UInt32(VPX_ERROR_RESILIENT_DEFAULT)
        unsafe (settings.kf_mode, settings.rc_end_usage) = (VPX_KF_DISABLED, VPX_CBR)
        unsafe (settings.rc_min_quantizer, settings.rc_max_quantizer) = (2, 56)
        unsafe (settings.rc_undershoot_pct, settings.rc_overshoot_pct) = (100, 15)
        unsafe (settings.rc_buf_sz, settings.rc_buf_initial_sz, settings.rc_buf_optimal_sz) = (1_000, 500, 600)
        unsafe settings.rc_target_bitrate = UInt32(kilobits)
        unsafe (settings.ts_number_layers, settings.ts_periodicity) = (3, 4)
        unsafe settings.ts_target_bitrate.0 = UInt32(kilobits * 40 / 100)
        unsafe settings.ts_target_bitrate.1 = UInt32(kilobits * 60 / 100)
        unsafe settings.ts_target_bitrate.2 = UInt32(kilobits)
        unsafe (settings.ts_rate_decimator.0, settings.ts_rate_decimator.1) = (4, 2)
        unsafe settings.ts_rate_decimator.2 = 1
        unsafe (settings.ts_layer_id.0, settings.ts_layer_id.1) = (0, 2)
        unsafe (settings.ts_layer_id.2, settings.ts_layer_id.3) = (1, 2)
        _ = unsafe parley_vp8_encoder_init(encoder, &settings)
        for (control, value) in [
            (VP8E_SET_CPUUSED, Int32(-8)), (VP8E_SET_STATIC_THRESHOLD, 1), (VP8E_SET_MAX_INTRA_BITRATE_PCT, 900),
        ] {
            _ = unsafe parley_vp8_set(encoder, Int32(control.rawValue), value)
        }
        var threads = vpx_codec_dec_cfg_t(threads: 1, w: 0, h: 0)
        _ = unsafe parley_vp8_decoder_init(decoder, &threads)
    }

    deinit {
        unsafe vpx_codec_destroy(encoder)
        unsafe vpx_codec_destroy(decoder)
        unsafe encoder.deallocate()
        unsafe decoder.deallocate()
    }

    /// Encodes the next frame. Returns its bytes' count.
    func encode(_ frame: VideoFrame) -> Int {
        frame.withPlanes { planes in
            _ = unsafe vpx_img_wrap(
                &image, VPX_IMG_FMT_I420, UInt32(frame.size.width), UInt32(frame.size.height), 1, planes.y)
            let step = count % 4
            _ = unsafe parley_vp8_set(encoder, Int32(VP8E_SET_TEMPORAL_LAYER_ID.rawValue), Self.layers[step])
            _ = unsafe vpx_codec_encode(
                encoder, &image, Int64(count) * 3_000, 3_000, count == 0 ? 0 : Int(Self.flags[step]),
                UInt(VPX_DL_REALTIME))
        }
        count += 1
        var iterator: vpx_codec_iter_t?
        guard let packet = unsafe vpx_codec_get_cx_data(encoder, &iterator) else { return 0 }
        return unsafe packet.pointee.data.frame.sz
    }

    func decode(_ bytes: [UInt8]) {
        _ = unsafe bytes.withUnsafeBufferPointer {
            unsafe vpx_codec_decode(decoder, $0.baseAddress, UInt32($0.count), nil, 0)
        }
        var iterator: vpx_codec_iter_t?
        _ = unsafe vpx_codec_get_frame(decoder, &iterator)
    }
}
