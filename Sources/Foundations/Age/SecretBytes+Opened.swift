internal import Basics
internal import Crypto

extension SecretBytes {
    /// The plaintext of a ChaCha20-Poly1305 message, opened in locked memory; nil when it was not sealed so.
    static func opened(_ sealed: [UInt8], nonce: [UInt8], key: borrowing SecretBytes) -> SecretBytes? {
        let opened = SecretBytes.ifFilled(byteCount: sealed.count) { bytes in
            for (offset, byte) in sealed.enumerated() {
                bytes.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
            }
            return ChaChaPoly.open(&bytes, nonce: nonce.rawSpan, key: key)
        }
        guard let opened else { return nil }
        return opened.withBytes { SecretBytes(copying: $0.extracting(droppingLast: ChaChaPoly.tagByteCount)) }
    }
}
