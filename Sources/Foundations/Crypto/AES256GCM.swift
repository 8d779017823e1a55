internal import CSodium

/// AES-256-GCM (NIST SP 800-38D), only on processors that have the instructions for it.
public enum AES256GCM: AEAD {
    /// Bytes in a nonce.
    public static let nonceByteCount = 12

    /// Whether this processor has it. Sealing and opening without it is a mistake that stops the process.
    public static let isAvailable: Bool = {
        Sodium.start()
        return crypto_aead_aes256gcm_is_available() == 1
    }()

    /// Seals in place, as `AEAD` says.
    public static func seal(
        _ bytes: inout MutableRawSpan, plaintextByteCount: Int, nonce: RawSpan, associatedData: RawSpan = RawSpan(),
        key: borrowing SecretBytes
    ) {
        unsafe seal(&bytes, plaintextByteCount, nonce, associatedData, key, by: crypto_aead_aes256gcm_encrypt)
    }

    /// Opens in place, as `AEAD` says.
    public static func open(
        _ bytes: inout MutableRawSpan, nonce: RawSpan, associatedData: RawSpan = RawSpan(),
        key: borrowing SecretBytes
    ) -> Bool {
        unsafe open(&bytes, nonce, associatedData, key, by: crypto_aead_aes256gcm_decrypt)
    }
}
