/// What an honest peer never sends about paths. The session is closed.
public enum PathViolation: Error, Equatable, Sendable {
    /// A path packet that is not laid out as drawn above `PathMessage`.
    case malformed
}
