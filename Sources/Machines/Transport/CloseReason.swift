/// Why a session is gone.
public enum CloseReason: Hashable, Sendable {
    /// Nobody used it.
    case idle
    /// The peer did not confirm it.
    case unconfirmed
    /// The peer kept another handshake, or made a new session.
    case superseded(by: SessionID)
    /// Too many sessions waited for their confirmation.
    case evicted
    /// The node closed it.
    case requested
    /// All keys were to be forgotten.
    case forgotten
}
