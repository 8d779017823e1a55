public import Basics

/// A valid message 1, for the node to decide about: `respond` to it or `ignore` it.
///
/// It proves little: it may be a replay, and its sender is certain only when the session is confirmed.
public struct ReceivedInitiation: Sendable {
    /// What to answer with.
    public let token: InitiationToken
    /// The Noise static that the sender claims.
    public let peer: Bytes32
    /// What it says.
    public let payload: [UInt8]
    /// Where it came from; the answer goes there.
    public let route: Route
    /// The longest payload that the answer may have: no answer is longer than what it answers.
    public let answerByteCount: Int
}
