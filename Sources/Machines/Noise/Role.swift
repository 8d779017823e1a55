/// The side of a handshake (Noise §5.3).
public enum Role: Hashable, Sendable {
    /// Sends the first message.
    case initiator
    /// Answers it.
    case responder
}
