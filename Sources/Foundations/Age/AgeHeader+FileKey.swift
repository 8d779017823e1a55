internal import Crypto

extension AgeHeader {
    /// The file key, from the first stanza that `unwrap` does not turn away.
    func fileKey(
        unwrappedBy unwrap: (AgeStanza) throws(AgeError) -> SecretBytes?
    ) throws(AgeError) -> SecretBytes {
        for stanza in stanzas {
            guard let fileKey = try unwrap(stanza) else { continue }
            guard isAuthentic(fileKey: fileKey) else { throw .headerMAC }
            return fileKey
        }
        throw .noMatch
    }
}
