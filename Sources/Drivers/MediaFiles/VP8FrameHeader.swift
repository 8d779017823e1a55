import Basics

/// The first bytes of a frame of VP8 (RFC 6386 §9.1), as far as one must know them without decoding.
public struct VP8FrameHeader: Equatable, Sendable {
    /// Whether decoding can begin here.
    public let isKeyFrame: Bool
    /// Whether the frame is to be shown.
    public let isShown: Bool
    /// What a key frame says of its size, both from 0 to 16,383; nil in other frames.
    public let width: Int?, height: Int?

    /// Reads the header; nil when the bytes are too few or a key frame lacks its start code.
    public init?(parsing frame: RawSpan) {
        guard frame.byteCount >= 3 else { return nil }
        isKeyFrame = frame.byte(at: 0) & 1 == 0
        isShown = frame.byte(at: 0) & 0x10 != 0
        guard isKeyFrame else {
            (width, height) = (nil, nil)
            return
        }
        guard frame.byteCount >= 10, frame.byte(at: 3) == 0x9D, frame.byte(at: 4) == 0x01, frame.byte(at: 5) == 0x2A
        else { return nil }
        // The two upper bits of each ask the player to scale; nobody does.
        width = Int(frame.byte(at: 6)) | Int(frame.byte(at: 7) & 0x3F) << 8
        height = Int(frame.byte(at: 8)) | Int(frame.byte(at: 9) & 0x3F) << 8
    }
}
