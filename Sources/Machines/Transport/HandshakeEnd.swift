/// Why an attempt is over.
public enum HandshakeEnd: Hashable, Sendable {
    /// Nobody answered in time.
    case timedOut
    /// The node cancelled it.
    case cancelled
    /// The peer's own handshake was confirmed, or the session went on without it.
    case crossed(by: SessionID)
    /// The session that carried it is gone.
    case sessionClosed
    /// There is no room for one more session.
    case tableFull
}
