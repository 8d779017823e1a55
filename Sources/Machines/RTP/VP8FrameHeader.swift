import Basics

/// What the first bytes of a VP8 frame tell (RFC 6386 §9.1):
///
/// ```
/// | first partition's size 19 | show_frame 1 | version 3 | P 1 |   24 bits, least significant byte first; P 0: key frame
/// | 9D 01 2A | scale 2, width 14 | scale 2, height 14 |           in key frames
/// ```
public struct VP8FrameHeader: Equatable, Sendable {
    /// The size of a key frame's picture; nil for other frames.
    public let size: PictureSize?
    /// Whether the frame is to be shown.
    public let isShown: Bool
    /// Bytes of the first partition.
    public let firstPartitionByteCount: Int

    /// Whether the frame refers to no other.
    public var isKeyFrame: Bool { size != nil }

    /// Looks at `frame`, a whole frame or its first piece.
    public init(parsing frame: RawSpan) throws(RTPDropReason) {
        guard frame.byteCount >= 3 else { throw .truncated(have: frame.byteCount, need: 3) }
        let tag = Int(frame.byte(at: 0)) | Int(frame.byte(at: 1)) << 8 | Int(frame.byte(at: 2)) << 16
        isShown = tag & 0x10 != 0
        firstPartitionByteCount = tag >> 5
        guard tag & 1 == 0 else {
            size = nil
            return
        }
        guard frame.byteCount >= 10 else { throw .truncated(have: frame.byteCount, need: 10) }
        guard frame.byte(at: 3) == 0x9D, frame.byte(at: 4) == 0x01, frame.byte(at: 5) == 0x2A else { throw .noKeyFrame }
        let width = Int(frame.byte(at: 6)) | Int(frame.byte(at: 7) & 0x3F) << 8
        let height = Int(frame.byte(at: 8)) | Int(frame.byte(at: 9) & 0x3F) << 8
        guard width > 0, height > 0 else { throw .noKeyFrame }
        size = PictureSize(width: width, height: height)
    }

    /// Whether `piece`, the first of a frame, is that of a key frame; false too when it is too short to tell.
    public static func isKeyFrame(_ piece: RawSpan) -> Bool { piece.byteCount >= 3 && piece.byte(at: 0) & 1 == 0 }
}
