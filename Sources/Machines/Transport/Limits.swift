/// How much an endpoint holds. What is full refuses, and says so.
public struct Limits: Sendable {
    /// Sessions, confirmed or not.
    public var sessions = 256
    /// Sessions that the peer has not confirmed (the half-open table).
    public var unconfirmed = 64
    /// The same with one peer, so that one cannot fill the table.
    public var unconfirmedPerPeer = 4
    /// Attempts of ours.
    public var attempts = 64
    /// Messages 1 that wait for the node's decision.
    public var decisions = 32
    /// Chains that outlive their session.
    public var dormantChains = 128
    /// Messages 1 that are remembered, each with up to 1,200 bytes of answer.
    public var messages = 512
    /// Indexes, resting ones included.
    public var indexes = 4_096
    /// Budgets of ports, sources, introducers and sessions.
    public var budgets = 1_024

    /// Enough for a team.
    public init() {}
}
