internal import Basics
internal import Crypto

/// The X25519 recipient type.
extension AgeStanza {
    private static let x25519Type = "X25519"
    private static let x25519Label = Array("age-encryption.org/v1/X25519".utf8)

    /// The file key wrapped for an X25519 public key. Precondition: the key is not of low order.
    init(wrapping fileKey: borrowing SecretBytes, for recipient: AgeRecipient, using random: inout SeededRandom) {
        let ephemeral = random.secretBytes(32)
        let share = X25519.publicKey(of: ephemeral)
        guard let shared = X25519.sharedSecret(ephemeral, with: recipient.publicKey) else {
            preconditionFailure("a recipient's key is not of low order")
        }
        let key = Self.wrapKey(shared, share: share, recipient: recipient.publicKey)
        self.init(
            arguments: [Self.x25519Type, BaseEncoding.base64Unpadded.encode(share.array)],
            body: Self.seal(fileKey, key: key))
    }

    /// The file key, when this stanza is for `secretKey`; nil when it is for somebody else.
    func unwrapped(byX25519 secretKey: borrowing SecretBytes) throws(AgeError) -> SecretBytes? {
        guard type == Self.x25519Type else { return nil }
        guard arguments.count == 2, let bytes = BaseEncoding.base64Unpadded.decode(arguments[1]),
            let share = Bytes32(bytes), body.count == Self.wrappedByteCount
        else { throw .header("an X25519 stanza is malformed") }
        guard let shared = X25519.sharedSecret(secretKey, with: share) else {
            throw .header("an X25519 share is of low order")
        }
        return Self.open(body, key: Self.wrapKey(shared, share: share, recipient: X25519.publicKey(of: secretKey)))
    }

    private static func wrapKey(_ shared: borrowing SecretBytes, share: Bytes32, recipient: Bytes32) -> SecretBytes {
        let salt = share.array + recipient.array
        return shared.withBytes {
            HKDF<SHA256>.derive(salt: salt.rawSpan, inputKeyMaterial: $0, info: x25519Label.rawSpan, byteCount: 32)
        }
    }
}

/// The wrapping that both recipient types share: one ChaCha20-Poly1305 message under a key used once.
extension AgeStanza {
    static let wrappedByteCount = AgeHeader.fileKeyByteCount + 16
    private static let nonce = [UInt8](repeating: 0, count: 12)

    static func seal(_ fileKey: borrowing SecretBytes, key: borrowing SecretBytes) -> [UInt8] {
        fileKey.withBytes { ChaChaPoly.seal([UInt8]($0), nonce: nonce, key: key) }
    }

    static func open(_ body: [UInt8], key: borrowing SecretBytes) -> SecretBytes? {
        SecretBytes.opened(body, nonce: nonce, key: key)
    }
}
