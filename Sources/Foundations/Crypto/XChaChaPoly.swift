internal import CSodium

/// XChaCha20-Poly1305: for nonces drawn at random.
public enum XChaChaPoly: AEAD {
    /// Bytes in a nonce.
    public static let nonceByteCount = 24

    /// Seals in place, as `AEAD` says.
    public static func seal(
        _ bytes: inout MutableRawSpan, plaintextByteCount: Int, nonce: RawSpan, associatedData: RawSpan = RawSpan(),
        key: borrowing SecretBytes
    ) {
        unsafe seal(
            &bytes, plaintextByteCount, nonce, associatedData, key, by: crypto_aead_xchacha20poly1305_ietf_encrypt)
    }

    /// Opens in place, as `AEAD` says.
    public static func open(
        _ bytes: inout MutableRawSpan, nonce: RawSpan, associatedData: RawSpan = RawSpan(),
        key: borrowing SecretBytes
    ) -> Bool {
        unsafe open(&bytes, nonce, associatedData, key, by: crypto_aead_xchacha20poly1305_ietf_decrypt)
    }
}
