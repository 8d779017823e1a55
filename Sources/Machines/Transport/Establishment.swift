/// An attempt that succeeded.
public struct Establishment: Sendable {
    /// The attempt, which is over.
    public let handshake: HandshakeID
    /// The session, which can seal control.
    public let session: SessionID
    /// Whether it continues the chain that message 1 named. If not, it is a new session: the identity level is computed
    /// anew, shown and recorded (PROTOCOL §2).
    public let isContinuation: Bool
    /// What message 2 says.
    public let payload: [UInt8]
    /// Where message 2 came from.
    public let route: Route
}
