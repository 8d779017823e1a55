internal import CSodium

/// The operating system's entropy. Machines never reach for it: a program draws one seed and passes chance down.
public enum SystemEntropy {
    /// 32 bytes from the kernel's generator (getrandom).
    public static func seed() -> SecretBytes {
        SecretBytes(byteCount: SeededRandom.seedByteCount) { bytes in
            unsafe bytes.withMutablePointer { unsafe randombytes_buf($0, $1) }
        }
    }
}
