/// Why a packet was not sealed.
public enum SealError: Error, Hashable, Sendable {
    /// There is no such session.
    case noSession
    /// The session's keys are too old, used up or dropped.
    case noKey
    /// The peer has not confirmed: only path packets may be sealed.
    case unconfirmed
    /// No permit of this class is open in this scope.
    case notPermitted
    /// The first byte of the plaintext belongs to another class, or means nothing.
    case wrongClass
}
