/// Why a handshake could not be begun or answered.
public enum HandshakeError: Error, Hashable, Sendable {
    /// There is an attempt with this peer already.
    case underWay(HandshakeID)
    /// The payload has more than `limit` bytes.
    case payloadTooLong(limit: Int)
    /// The key of the peer, or one in its message, is none.
    case invalidKey
    /// The token is used or too old.
    case unknownInitiation
    /// There is no such session, or it has no key to continue.
    case noSession
    /// A rekey inside a session must continue its chain.
    case notAContinuation
    /// The device was answered too often.
    case overBudget
    /// A table is full.
    case tableFull
}
