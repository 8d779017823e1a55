/// A frame that the decoder refuses. The peer's fault.
public enum VP8DecodeError: Error, Equatable, Sendable {
    /// Its first bytes are no header of a frame.
    case malformed
    /// It refers to others, of which none has been decoded since the beginning or the last failure.
    case noKeyFrame
    /// A key frame tells a size that no frame may have.
    case size(width: Int, height: Int)
    /// What follows the header cannot be decoded.
    case corrupt
}
