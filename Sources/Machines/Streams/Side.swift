/// Which end of a session this is. It is fixed by the first handshake of the session's chain; rekeys do not change it.
public enum Side: UInt8, Sendable {
    /// Sent the message 1 that began the session.
    case initiator = 0
    /// Answered it.
    case responder = 1

    /// The other end.
    public var peer: Side { self == .initiator ? .responder : .initiator }
}
