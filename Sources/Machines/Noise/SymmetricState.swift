internal import Basics
internal import Crypto

/// The chaining key and the hash of all that was said (Noise §5.2).
struct SymmetricState: ~Copyable, Sendable {
    private let hash: HashName
    private let cipher: CipherName
    private var chainingKey: SecretBytes
    private(set) var handshakeHash: [UInt8]
    private var cipherState: CipherState

    /// InitializeSymmetric: the name itself when it fits into a hash, else its hash.
    init(_ name: ProtocolName) {
        let text = Array(name.description.utf8)
        let padding = name.hash.byteCount - text.count
        hash = name.hash
        cipher = name.cipher
        let initial =
            padding >= 0 ? text + [UInt8](repeating: 0, count: padding) : name.hash.hash(text.rawSpan, RawSpan())
        handshakeHash = initial
        chainingKey = SecretBytes(copying: initial.rawSpan)
        cipherState = CipherState(cipher: name.cipher)
    }

    private init(copying other: borrowing SymmetricState) {
        hash = other.hash
        cipher = other.cipher
        chainingKey = other.chainingKey.copy()
        handshakeHash = other.handshakeHash
        cipherState = other.cipherState.copy()
    }

    /// Whether what is said next is encrypted.
    var hasKey: Bool { cipherState.hasKey }

    /// A second state of the same value.
    func copy() -> SymmetricState { SymmetricState(copying: self) }

    mutating func mixHash(_ bytes: RawSpan) { handshakeHash = hash.hash(handshakeHash.rawSpan, bytes) }

    mutating func mixKey(_ inputKeyMaterial: RawSpan) {
        let temporary = hash.hmac(inputKeyMaterial, key: chainingKey)
        chainingKey = output(1, after: RawSpan(), under: temporary)
        let key = chainingKey.withBytes { output(2, after: $0, under: temporary) }
        cipherState = CipherState(cipher: cipher, key: Self.cipherKey(key))
    }

    mutating func mixKeyAndHash(_ inputKeyMaterial: RawSpan) {
        let temporary = hash.hmac(inputKeyMaterial, key: chainingKey)
        chainingKey = output(1, after: RawSpan(), under: temporary)
        let toHash = chainingKey.withBytes { output(2, after: $0, under: temporary) }
        let key = toHash.withBytes { output(3, after: $0, under: temporary) }
        toHash.withBytes { mixHash($0) }
        cipherState = CipherState(cipher: cipher, key: Self.cipherKey(key))
    }

    mutating func encryptAndHash(_ plaintext: RawSpan) throws(NoiseError) -> [UInt8] {
        var text = [UInt8](plaintext)
        if hasKey {
            text += [UInt8](repeating: 0, count: CipherState.tagByteCount)
            let transcript = handshakeHash
            var bytes = text.mutableRawSpan
            try cipherState.encrypt(
                &bytes, plaintextByteCount: plaintext.byteCount, associatedData: transcript.rawSpan)
        }
        mixHash(text.rawSpan)
        return text
    }

    mutating func decryptAndHash(_ ciphertext: RawSpan) throws(NoiseError) -> [UInt8] {
        var text = [UInt8](ciphertext)
        if hasKey {
            guard text.count >= CipherState.tagByteCount else { throw .truncated }
            let transcript = handshakeHash
            var bytes = text.mutableRawSpan
            try cipherState.decrypt(&bytes, associatedData: transcript.rawSpan)
            text.removeLast(CipherState.tagByteCount)
        }
        mixHash(ciphertext)
        return text
    }

    /// A secret of the whole handshake under a label.
    func export(label: RawSpan) -> SecretBytes { hash.hmac(label, key: chainingKey) }

    /// Split: the first key is for what the initiator sends, the second for what the responder does.
    consuming func split(for role: Role) -> TransportStates {
        let temporary = hash.hmac(RawSpan(), key: chainingKey)
        let first = output(1, after: RawSpan(), under: temporary)
        let second = first.withBytes { output(2, after: $0, under: temporary) }
        let initiators = CipherState(cipher: cipher, key: Self.cipherKey(first))
        let responders = CipherState(cipher: cipher, key: Self.cipherKey(second))
        switch role {
        case .initiator: return TransportStates(sending: initiators, receiving: responders)
        case .responder: return TransportStates(sending: responders, receiving: initiators)
        }
    }

    /// One output of the paper's HKDF (§4.3), from the one before it.
    private func output(_ number: UInt8, after previous: RawSpan, under key: borrowing SecretBytes) -> SecretBytes {
        hash.hmac(previous, [number].rawSpan, key: key)
    }

    /// Keys are the first 32 bytes of longer outputs.
    private static func cipherKey(_ output: borrowing SecretBytes) -> SecretBytes {
        output.withBytes { SecretBytes(copying: $0.extracting(first: 32)) }
    }
}
