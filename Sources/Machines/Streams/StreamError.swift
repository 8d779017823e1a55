/// A request of the owner that cannot be met. Nothing was changed.
public enum StreamError: Error, Equatable, Sendable {
    /// There is no such stream, or it has ended.
    case unknownStream(StreamID)
    /// The stream does not go that way, was finished or was reset.
    case notWritable(StreamID)
    /// The stream does not come this way.
    case notReadable(StreamID)
    /// As many streams are open as the peer, or our own limit, allows. `StreamEvent.canOpen` follows.
    case streamLimit
    /// The control message is longer than allowed.
    case messageTooLong(Int)
    /// The peer has not yet taken the earlier messages. `StreamEvent.canSend` follows.
    case backlogFull
}
