internal import Basics
public import Crypto
internal import Glibc
internal import Platform

/// A file that holds secret keys, sealed under a passphrase or, if its owner wants it so, by its mode (0600) alone.
///
/// ```
/// 8 "parleyk1" | 1 protection | 4 memory, KiB | 4 passes | 16 salt | 24 nonce | ciphertext | 16 tag      1: passphrase
/// 8 "parleyk1" | 1 protection | 16 checksum | secret                                                     0: none
/// ```
/// Numbers are little-endian. The key is Argon2id of the passphrase, the cipher XChaCha20-Poly1305, and all before the
/// ciphertext is its associated data. The checksum is BLAKE2b of the secret.
public enum KeyFile {
    /// Bytes in the longest secret.
    public static let maximumSecretByteCount = 4096

    /// How a secret is kept from who can read the file.
    public enum Protection: ~Copyable, Sendable {
        /// Not at all.
        case none
        /// By a passphrase.
        case passphrase(SecretBytes)
    }

    /// Writes `secret` durably: after a crash the file is whole, or as before.
    ///
    /// `isReplacing`: whether there may be a key file already; else it stays, and `.exists` is thrown. `cost` is what
    /// one guess at the passphrase takes. Precondition: a secret of at most `maximumSecretByteCount`.
    public static func write(
        _ secret: borrowing SecretBytes, to path: String, protection: borrowing Protection,
        isReplacing: Bool = false, cost: Argon2id.Parameters = .keysAtRest
    ) throws(KeyFileError) {
        precondition(secret.byteCount <= maximumSecretByteCount)
        let contents =
            switch protection {
            case .none: secret.withBytes { KeyFileHeader(checking: $0).followed(by: $0) }
            case .passphrase(let passphrase): try seal(secret, under: passphrase, cost)
            }
        do throws(SystemError) {
            try contents.withBytes { bytes throws(SystemError) in
                try WholeFile.write(bytes, to: path, isReplacing: isReplacing)
            }
        } catch {
            throw error.code == EEXIST ? .exists : .system(error)
        }
    }

    /// The secret in the file at `path`; `passphrase` is not looked at when the file needs none.
    public static func read(
        _ path: String, passphrase: borrowing SecretBytes? = nil
    ) throws(KeyFileError) -> SecretBytes {
        let contents = try contents(of: path)
        let header = contents.header
        switch header {
        case .none:
            return try contents.bytes.withBytes { bytes throws(KeyFileError) in
                let secret = bytes.extracting(droppingFirst: header.byteCount)
                guard KeyFileHeader(checking: secret) == header else { throw .malformed }
                return SecretBytes(copying: secret)
            }
        case .passphrase(let cost, let salt, let nonce):
            let key = try deriveIfGiven(passphrase, salt, cost)
            return try contents.bytes.withBytes { bytes throws(KeyFileError) in
                let sealed = bytes.extracting(droppingFirst: header.byteCount)
                return try open(sealed, nonce, associatedData: header.bytes, key)
            }
        }
    }

    private static func open(
        _ sealed: RawSpan, _ nonce: [UInt8], associatedData: [UInt8], _ key: borrowing SecretBytes
    ) throws(KeyFileError) -> SecretBytes {
        let opened = SecretBytes.ifFilled(byteCount: sealed.byteCount) {
            $0.write(sealed, at: 0)
            return XChaChaPoly.open(&$0, nonce: nonce.rawSpan, associatedData: associatedData.rawSpan, key: key)
        }
        guard let opened else { throw .wrongPassphrase }
        return opened.withBytes { SecretBytes(copying: $0.extracting(droppingLast: XChaChaPoly.tagByteCount)) }
    }

    /// Whether the file at `path` needs a passphrase.
    public static func isProtected(_ path: String) throws(KeyFileError) -> Bool {
        switch try contents(of: path).header {
        case .none: return false
        case .passphrase: return true
        }
    }

    private static func seal(
        _ secret: borrowing SecretBytes, under passphrase: borrowing SecretBytes, _ cost: Argon2id.Parameters
    ) throws(KeyFileError) -> SecretBytes {
        var random = SeededRandom(seed: SystemEntropy.seed())
        let salt = random.bytes(Argon2id.saltByteCount), nonce = random.bytes(XChaChaPoly.nonceByteCount)
        let header = KeyFileHeader.passphrase(cost, salt: salt, nonce: nonce)
        let key = try derive(passphrase, salt, cost)
        let sealed = secret.withBytes { secret in
            SecretBytes(byteCount: secret.byteCount + XChaChaPoly.tagByteCount) {
                $0.write(secret, at: 0)
                XChaChaPoly.seal(
                    &$0, plaintextByteCount: secret.byteCount, nonce: nonce.rawSpan,
                    associatedData: header.bytes.rawSpan, key: key)
            }
        }
        return sealed.withBytes { header.followed(by: $0) }
    }

    private static func derive(
        _ passphrase: borrowing SecretBytes, _ salt: [UInt8], _ cost: Argon2id.Parameters
    ) throws(KeyFileError) -> SecretBytes {
        guard let key = Argon2id.derive(from: passphrase, salt: salt.rawSpan, parameters: cost) else {
            throw .noMemory
        }
        return key
    }

    private static func deriveIfGiven(
        _ passphrase: borrowing SecretBytes?, _ salt: [UInt8], _ cost: Argon2id.Parameters
    ) throws(KeyFileError) -> SecretBytes {
        switch passphrase {
        case .some(let passphrase): return try derive(passphrase, salt, cost)
        case .none: throw .needsPassphrase
        }
    }

    /// The whole file, in locked memory, and its header. Throws when its mode is all that protects it, and does not.
    private static func contents(of path: String) throws(KeyFileError) -> FileContents {
        let bytes: SecretBytes, mode: UInt32
        do throws(SystemError) {
            let file = try Descriptor.open(path, O_RDONLY | O_NONBLOCK)
            let limit = KeyFileHeader.maximumByteCount + maximumSecretByteCount + XChaChaPoly.tagByteCount
            mode = try file.status().st_mode & 0o7777
            bytes = try SecretBytes.read(file, limit: limit)
        } catch {
            if error.code == EFBIG { throw .malformed }
            throw error.isAbsent ? .absent : .system(error)
        }
        let header = try bytes.withBytes { bytes throws(KeyFileError) in try KeyFileHeader(parsing: bytes) }
        if case .none = header, mode & 0o077 != 0 { throw .exposed(mode: mode) }
        return FileContents(bytes: bytes, header: header)
    }

    private struct FileContents: ~Copyable {
        let bytes: SecretBytes
        let header: KeyFileHeader
    }
}
