internal import CSodium

/// scrypt (RFC 7914): the passphrase recipients of age use it.
public enum Scrypt {
    /// A key of `byteCount` bytes with N = 2^`workFactor`; nil when the memory (128 · N · r bytes) cannot be had.
    /// Precondition: 1 ≤ `workFactor` ≤ 30.
    public static func derive(
        from passphrase: borrowing SecretBytes, salt: RawSpan, workFactor: Int, blockSize: UInt32 = 8,
        parallelism: UInt32 = 1, byteCount: Int = 32
    ) -> SecretBytes? {
        precondition((1...30).contains(workFactor))
        Sodium.start()
        return SecretBytes.ifFilled(byteCount: byteCount) { key in
            unsafe passphrase.withPointer { text in
                unsafe salt.withPointer { salt, saltByteCount in
                    unsafe key.withMutablePointer { key, count in
                        unsafe crypto_pwhash_scryptsalsa208sha256_ll(
                            text, passphrase.byteCount, salt, Int(saltByteCount), 1 << UInt64(workFactor), blockSize,
                            parallelism, key, count) == 0
                    }
                }
            }
        }
    }
}
