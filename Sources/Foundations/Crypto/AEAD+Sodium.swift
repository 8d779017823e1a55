/// libsodium's constructions differ in their names and in the nonce alone.
extension AEAD {
    /// A `crypto_aead_…_encrypt` of libsodium: ciphertext, its count, plaintext, data, nothing, nonce, key.
    typealias Encryption =
        @convention(c) (
            UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt64>?, UnsafePointer<UInt8>?, UInt64,
            UnsafePointer<UInt8>?, UInt64, UnsafePointer<UInt8>?, UnsafePointer<UInt8>, UnsafePointer<UInt8>
        ) -> Int32

    /// A `crypto_aead_…_decrypt` of libsodium: plaintext, its count, nothing, ciphertext, data, nonce, key.
    typealias Decryption =
        @convention(c) (
            UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<UInt64>?, UnsafeMutablePointer<UInt8>?,
            UnsafePointer<UInt8>, UInt64, UnsafePointer<UInt8>?, UInt64, UnsafePointer<UInt8>, UnsafePointer<UInt8>
        ) -> Int32

    /// Seals in place by `encrypt`.
    @inline(__always)
    static func seal(
        _ bytes: inout MutableRawSpan, _ plaintextByteCount: Int, _ nonce: RawSpan, _ associatedData: RawSpan,
        _ key: borrowing SecretBytes, by encrypt: Encryption
    ) {
        precondition(key.byteCount == keyByteCount)
        precondition(nonce.byteCount == nonceByteCount)
        precondition(plaintextByteCount >= 0 && plaintextByteCount <= bytes.byteCount - tagByteCount)
        unsafe bytes.withMutablePointer { bytes, _ in
            unsafe associatedData.withPointer { data, dataByteCount in
                unsafe nonce.withPointer { nonce, _ in
                    unsafe key.withPointer {
                        _ = unsafe encrypt(
                            bytes, nil, bytes, UInt64(plaintextByteCount), data, dataByteCount, nil, nonce, $0)
                    }
                }
            }
        }
    }

    /// Opens in place by `decrypt`.
    @inline(__always)
    static func open(
        _ bytes: inout MutableRawSpan, _ nonce: RawSpan, _ associatedData: RawSpan, _ key: borrowing SecretBytes,
        by decrypt: Decryption
    ) -> Bool {
        precondition(key.byteCount == keyByteCount)
        precondition(nonce.byteCount == nonceByteCount)
        return unsafe bytes.withMutablePointer { bytes, count in
            unsafe associatedData.withPointer { data, dataByteCount in
                unsafe nonce.withPointer { nonce, _ in
                    unsafe key.withPointer {
                        unsafe decrypt(bytes, nil, nil, bytes, UInt64(count), data, dataByteCount, nonce, $0) == 0
                    }
                }
            }
        }
    }
}
