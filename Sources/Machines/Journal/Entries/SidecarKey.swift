internal import Basics
internal import Crypto

/// The data key of one (call, subject) or one object, and what is derived from it. Whoever destroys the key and the
/// sidecar has erased the person; the log stays valid.
final class SidecarKey: Sendable {
    /// The random name.
    let id: String
    private let encryptionKey: SecretBytes
    private let commitmentKey: SecretBytes

    static let byteCount = 32

    /// The key of `secret` under the name `id`.
    init(id: String, secret: borrowing SecretBytes) {
        self.id = id
        encryptionKey = Self.derive("parley/enc", from: secret)
        commitmentKey = Self.derive("parley/commit", from: secret)
    }

    private static func derive(_ label: String, from secret: borrowing SecretBytes) -> SecretBytes {
        secret.withBytes {
            HKDF<SHA256>.derive(
                salt: RawSpan(), inputKeyMaterial: $0, info: Array(label.utf8).rawSpan, byteCount: byteCount)
        }
    }

    /// A frame for entry `sequence`, and what the entry says about it.
    func seal(
        _ plaintext: [UInt8], sequence: Int, event: String, using random: inout SeededRandom
    ) -> (frame: SidecarFrame, commitment: SidecarCommitment) {
        var nonce = [UInt8](repeating: 0, count: XChaChaPoly.nonceByteCount)
        var bytes = nonce.mutableRawSpan
        random.fill(&bytes)
        let data = Self.associatedData(sequence, event)
        let sealed = XChaChaPoly.seal(plaintext, nonce: nonce, associatedData: data, key: encryptionKey)
        let commitment = SidecarCommitment(keyID: id, mac: mac(nonce: nonce, plaintext))
        return (SidecarFrame(sequence: sequence, nonce: nonce, sealed: sealed), commitment)
    }

    /// What `frame` holds; nil unless it is the one that `commitment` in the entry speaks of.
    func open(_ frame: SidecarFrame, event: String, commitment: SidecarCommitment) -> [UInt8]? {
        let data = Self.associatedData(frame.sequence, event)
        guard
            let plaintext = XChaChaPoly.open(
                frame.sealed, nonce: frame.nonce, associatedData: data, key: encryptionKey),
            mac(nonce: frame.nonce, plaintext) == commitment.mac
        else { return nil }
        return plaintext
    }

    private func mac(nonce: [UInt8], _ plaintext: [UInt8]) -> Bytes32 {
        let code = HMAC<SHA256>.authenticate((nonce + plaintext).rawSpan, key: commitmentKey)
        guard let mac = code.withBytes({ Bytes32($0) }) else { preconditionFailure("HMAC-SHA-256 has 32 bytes") }
        return mac
    }

    private static func associatedData(_ sequence: Int, _ event: String) -> [UInt8] {
        var data = ByteWriter()
        data.bigEndian(UInt64(sequence))
        data.append(event.utf8)
        return data.bytes
    }
}
