internal import CVPX
public import MediaFiles
internal import RTP

/// Makes pictures of VP8, on the thread that calls it.
///
/// After a failure it takes nothing before the next key frame: what it keeps for reference is not what the sender has.
@safe
public struct VP8Decoder: ~Copyable {
    /// Whether only a key frame helps.
    public private(set) var needsKeyFrame = true

    private let context: UnsafeMutablePointer<vpx_codec_ctx_t>

    /// A decoder that has seen nothing. It takes no memory for pictures before the first key frame.
    public init() {
        unsafe context = .allocate(capacity: 1)
        unsafe context.initialize(to: vpx_codec_ctx_t())
        open()
    }

    deinit {
        unsafe vpx_codec_destroy(context)
        unsafe context.deallocate()
    }

    /// Decodes `data`, a whole frame, into `frame`, which takes its size. False when the frame is not to be shown: then
    /// `frame` is as it was.
    public mutating func decode(_ data: RawSpan, into frame: VideoFrame) throws(VP8DecodeError) -> Bool {
        try check(data)
        let result = unsafe data.withUnsafeBytes { bytes in
            let start = unsafe bytes.bindMemory(to: UInt8.self).baseAddress
            return unsafe vpx_codec_decode(context, start, UInt32(bytes.count), nil, 0)
        }
        guard result == VPX_CODEC_OK, !isCorrupt else {
            fail()
            throw .corrupt
        }
        needsKeyFrame = false
        return try take(into: frame)
    }

    /// libvpx takes memory for whatever size a key frame tells, so that is judged before.
    private func check(_ data: RawSpan) throws(VP8DecodeError) {
        let header: RTP.VP8FrameHeader
        do throws(RTPDropReason) { header = try RTP.VP8FrameHeader(parsing: data) } catch { throw .malformed }
        guard let size = header.size else {
            if needsKeyFrame { throw .noKeyFrame }
            return
        }
        guard FrameSize(width: size.width, height: size.height) != nil else {
            throw .size(width: size.width, height: size.height)
        }
    }

    private mutating func take(into frame: VideoFrame) throws(VP8DecodeError) -> Bool {
        var iterator: vpx_codec_iter_t?
        guard let image = unsafe vpx_codec_get_frame(context, &iterator) else { return false }
        let width = unsafe Int(image.pointee.d_w), height = unsafe Int(image.pointee.d_h)
        guard unsafe image.pointee.fmt == VPX_IMG_FMT_I420, let size = FrameSize(width: width, height: height),
            let y = unsafe image.pointee.planes.0, let u = unsafe image.pointee.planes.1,
            let v = unsafe image.pointee.planes.2
        else {
            fail()
            throw .corrupt
        }
        let planes = unsafe VideoFrame.Planes(
            y: y, u: u, v: v, lumaStride: Int(image.pointee.stride.0), chromaStride: Int(image.pointee.stride.1))
        unsafe frame.copy(planes, size)
        return true
    }

    /// A decoder that has failed in the middle of a frame is not trusted with another.
    private mutating func fail() {
        needsKeyFrame = true
        unsafe vpx_codec_destroy(context)
        open()
    }

    private var isCorrupt: Bool {
        var value: Int32 = 0
        let result = unsafe parley_vp8_get(context, Int32(VP8D_GET_FRAME_CORRUPTED.rawValue), &value)
        return result != VPX_CODEC_OK || value != 0
    }

    private func open() {
        var settings = vpx_codec_dec_cfg_t(threads: 1, w: 0, h: 0)
        let result = unsafe parley_vp8_decoder_init(context, &settings)
        precondition(result == VPX_CODEC_OK, "the decoder could not be made: error \(result.rawValue)")
    }
}
