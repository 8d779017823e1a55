internal import Basics
internal import Crypto

/// The cipher functions of a protocol (Noise §4.2, §12.3, §12.4).
public enum CipherName: String, Hashable, Sendable, CaseIterable {
    /// ChaCha20-Poly1305 with a little-endian counter.
    case chaChaPoly = "ChaChaPoly"
    /// AES-256-GCM with a big-endian counter.
    case aesGCM = "AESGCM"

    /// Whether this machine has it.
    public var isAvailable: Bool {
        switch self {
        case .chaChaPoly: true
        case .aesGCM: AES256GCM.isAvailable
        }
    }

    /// ENCRYPT, in place.
    func seal(
        _ bytes: inout MutableRawSpan, plaintextByteCount: Int, counter: UInt64, associatedData: RawSpan,
        key: borrowing SecretBytes
    ) {
        switch self {
        case .chaChaPoly:
            ChaChaPoly.seal(
                &bytes, plaintextByteCount: plaintextByteCount, counter: counter, associatedData: associatedData,
                key: key)
        case .aesGCM:
            AES256GCM.seal(
                &bytes, plaintextByteCount: plaintextByteCount, counter: counter, associatedData: associatedData,
                key: key)
        }
    }

    /// DECRYPT, in place.
    func open(
        _ bytes: inout MutableRawSpan, counter: UInt64, associatedData: RawSpan, key: borrowing SecretBytes
    ) -> Bool {
        switch self {
        case .chaChaPoly: ChaChaPoly.open(&bytes, counter: counter, associatedData: associatedData, key: key)
        case .aesGCM: AES256GCM.open(&bytes, counter: counter, associatedData: associatedData, key: key)
        }
    }
}
