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
        precondition(key.byteCount == keyByteCount)
        precondition(nonce.byteCount == nonceByteCount)
        precondition(plaintextByteCount >= 0 && plaintextByteCount <= bytes.byteCount - tagByteCount)
        unsafe bytes.withMutablePointer { bytes, _ in
            unsafe associatedData.withPointer { data, dataByteCount in
                unsafe nonce.withPointer { nonce, _ in
                    unsafe key.withPointer {
                        _ = unsafe crypto_aead_xchacha20poly1305_ietf_encrypt(
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
                        unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
                            bytes, nil, nil, bytes, UInt64(count), data, dataByteCount, nonce, $0) == 0
                    }
                }
            }
        }
    }
}
