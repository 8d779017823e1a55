/// Why an age file was not opened.
public enum AgeError: Error, Equatable, Sendable {
    /// The header does not follow the format; the text says how.
    case header(String)
    /// The header is well formed, but no stanza is for this identity.
    case noMatch
    /// A stanza gave a file key, and the header was changed since that key made it.
    case headerMAC
    /// The payload was changed, cut or prolonged.
    case payload
    /// The text is not the strict PEM that age calls armour; the text says how.
    case armor(String)
}
