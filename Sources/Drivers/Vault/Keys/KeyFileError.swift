public import Platform

/// Why a key file could not be read or written.
public enum KeyFileError: Error, Hashable, Sendable {
    /// There is no such file.
    case absent
    /// There is one already, and it was not to be replaced.
    case exists
    /// It is sealed under a passphrase, and none was given.
    case needsPassphrase
    /// The passphrase is not the one, or the file was changed: nobody can tell which.
    case wrongPassphrase
    /// It is no key file, or asks for more work than any of ours would.
    case malformed
    /// Others than its owner may read or write it, and nothing else protects it. With the mode.
    case exposed(mode: UInt32)
    /// The memory that its passphrase takes cannot be had.
    case noMemory
    /// The system refused.
    case system(SystemError)
}
