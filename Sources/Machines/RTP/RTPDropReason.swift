/// Why a packet of RTP or RTCP was dropped. The peer's fault: count it and carry on.
public enum RTPDropReason: Error, Equatable, Sendable {
    /// Shorter than its own fields say.
    case truncated(have: Int, need: Int)
    /// Not version 2.
    case wrongVersion(UInt8)
    /// Padding of no bytes, of more bytes than there are, or where none may be (RFC 3550 §5.1, §6.4.1).
    case badPadding(UInt8)
    /// A packet type that the place does not allow.
    case unexpectedType(UInt8)
    /// The first frame of a picture does not begin as one (RFC 6386 §9.1).
    case noKeyFrame
}
