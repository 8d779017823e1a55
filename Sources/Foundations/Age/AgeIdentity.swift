internal import Basics
public import Crypto

/// What opens an age file: the X25519 secret key of a recipient, written `AGE-SECRET-KEY-1…`.
public struct AgeIdentity: ~Copyable, Sendable {
    /// Whom to seal to, so that this identity opens it.
    public let recipient: AgeRecipient
    let secretKey: SecretBytes

    private static let prefix = "age-secret-key-"

    /// The identity of an X25519 secret key. Precondition: 32 bytes.
    public init(_ secretKey: consuming SecretBytes) {
        precondition(secretKey.byteCount == 32)
        recipient = AgeRecipient(X25519.publicKey(of: secretKey))
        self.secretKey = secretKey
    }

    /// Reads `AGE-SECRET-KEY-1…`; nil for anything else.
    public init?(_ text: String) {
        guard let (prefix, bytes) = Bech32.decode(text), prefix == Self.prefix, bytes.count == 32,
            text == text.uppercased()
        else { return nil }
        self.init(SecretBytes(copying: bytes.rawSpan))
    }

    /// A second identity with the same key.
    public func copy() -> AgeIdentity { AgeIdentity(secretKey.copy()) }

    /// `AGE-SECRET-KEY-1…`, for the file that the `age` command reads.
    public func exported() -> String {
        secretKey.withBytes { Bech32.encode(prefix: Self.prefix, [UInt8]($0)).uppercased() }
    }
}
