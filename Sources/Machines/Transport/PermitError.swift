/// Why a permit was not opened.
public enum PermitError: Error, Hashable, Sendable {
    /// There is no such session.
    case noSession
    /// The session is not confirmed: nothing but control opens.
    case unconfirmed
    /// Too many scopes are open.
    case tableFull
}
