internal import CSodium

/// Argon2id (RFC 9106) with one lane: a key from a passphrase.
public enum Argon2id {
    /// Bytes in a salt.
    public static let saltByteCount = 16

    /// What one derivation costs.
    public struct Parameters: Hashable, Sendable {
        /// Memory that each guess needs, in bytes; at least 8 KiB.
        public var memoryByteCount: Int
        /// Passes over that memory; at least 1.
        public var passCount: Int

        /// A cost of `passCount` passes over `memoryByteCount` bytes.
        public init(memoryByteCount: Int, passCount: Int) {
            self.memoryByteCount = memoryByteCount
            self.passCount = passCount
        }

        /// For keys at rest: 64 MiB, 3 passes (the second recommendation of RFC 9106 §4, on one lane).
        public static let keysAtRest = Parameters(memoryByteCount: 64 << 20, passCount: 3)
    }

    /// A key of `byteCount` bytes; nil when the memory cannot be had. Precondition: 16 or more bytes, a salt of 16.
    public static func derive(
        from passphrase: borrowing SecretBytes, salt: RawSpan, byteCount: Int = 32,
        parameters: Parameters = .keysAtRest
    ) -> SecretBytes? {
        precondition(salt.byteCount == saltByteCount)
        precondition(byteCount >= 16)
        precondition(parameters.memoryByteCount >= 8192 && parameters.passCount >= 1)
        Sodium.start()
        return SecretBytes.ifFilled(byteCount: byteCount) { key in
            unsafe passphrase.withPointer { text in
                unsafe salt.withPointer { salt, _ in
                    unsafe key.withMutablePointer { key, count in
                        unsafe crypto_pwhash(
                            key, UInt64(count), UnsafeRawPointer(text).assumingMemoryBound(to: CChar.self),
                            UInt64(passphrase.byteCount), salt, UInt64(parameters.passCount),
                            parameters.memoryByteCount, crypto_pwhash_ALG_ARGON2ID13) == 0
                    }
                }
            }
        }
    }
}
