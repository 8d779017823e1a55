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
        precondition(key.byteCount == keyByteCount)
        precondition(nonce.byteCount == nonceByteCount)
        precondition(plaintextByteCount >= 0 && plaintextByteCount <= bytes.byteCount - tagByteCount)
        unsafe bytes.withMutablePointer { bytes, _ in
            unsafe associatedData.withPointer { data, dataByteCount in
                unsafe nonce.withPointer { nonce, _ in
                    unsafe key.withPointer {
                        _ = unsafe crypto_aead_aes256gcm_encrypt(
                            bytes, nil, bytes, UInt64(plaintextByteCount), data, dataByteCount, nil, nonce, $0)
                    }
                }
            }
        }
    }

    /// Opens in place, as `AEAD` says.
    public static func open(
        _ bytes: inout MutableRawSpan, nonce: RawSpan, associatedData: RawSpan = RawSpan(),
        key: borrowing SecretBytes
    ) -> Bool {
        precondition(key.byteCount == keyByteCount)
        precondition(nonce.byteCount == nonceByteCount)
        return unsafe bytes.withMutablePointer { bytes, count in
            unsafe associatedData.withPointer { data, dataByteCount in
                unsafe nonce.withPointer { nonce, _ in
                    unsafe key.withPointer {
                        unsafe crypto_aead_aes256gcm_decrypt(
                            bytes, nil, nil, bytes, UInt64(count), data, dataByteCount, nonce, $0) == 0
                    }
                }
            }
        }
    }
}
