public import Basics

/// What an honest peer never does. The session is closed at once (PROTOCOL §5).
public enum StreamViolation: Error, Equatable, Sendable {
    /// A frame, message header or receipt that ends early, names what does not exist or holds a number out of range.
    case malformed
    /// A frame of this type is not known.
    case unknownFrame(UInt8)
    /// More bytes than the stream, or (nil) the session, has credit for (RFC 9000 §4.1).
    case overCredit(StreamID?)
    /// A stream beyond the announced number, or a second class or direction for one index (RFC 9000 §4.6).
    case overStreamLimit(StreamID)
    /// The size of the stream changed after it was known, or is below what has come (RFC 9000 §4.5).
    case finalSize(StreamID)
    /// A frame on a stream that its sender may not send on, or has not seen (RFC 9000 §19).
    case wrongStream(StreamID)
    /// So many pieces with gaps between them that no loss explains it.
    case tooManyGaps(StreamID)
    /// Stream 0 was finished, reset or stopped.
    case controlEnded
    /// A control message is longer than allowed.
    case messageTooLong(Int)
    /// A receipt for a counter that was left out on purpose (RFC 9000 §21.4) or that no packet has had yet.
    case receiptOfUnsent(PacketNumber)
    /// A receipt for a key that has not been used.
    case receiptOfUnknownEpoch(UInt8)
}
