/// A message 1 that was answered.
public struct Response: Hashable, Sendable {
    /// The session. Until the peer confirms it (`Output.confirmed`), only path packets can be sealed in it.
    public let session: SessionID
    /// Whether it continues the chain that message 1 named.
    public let isContinuation: Bool
}
