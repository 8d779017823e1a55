public import Basics
internal import CSodium

/// SHA-256 (FIPS 180-4).
public struct SHA256: HashFunction {
    /// Bytes in a digest.
    public static let byteCount = 32
    /// Bytes that it takes in at a time.
    public static let blockByteCount = 64

    private var state = crypto_hash_sha256_state()

    /// Nothing hashed yet.
    public init() { _ = unsafe crypto_hash_sha256_init(&state) }

    /// Hashes more bytes.
    public mutating func update(_ bytes: RawSpan) {
        unsafe bytes.withPointer { _ = unsafe crypto_hash_sha256_update(&state, $0, $1) }
    }

    /// Writes the digest. Precondition: `digest` has 32 bytes.
    public mutating func finalize(into digest: inout MutableRawSpan) {
        precondition(digest.byteCount == Self.byteCount)
        unsafe digest.withMutablePointer { pointer, _ in _ = unsafe crypto_hash_sha256_final(&state, pointer) }
    }

    /// The digest.
    public mutating func finalize() -> Bytes32 { Bytes32 { finalize(into: &$0) } }

    /// The digest of `bytes`.
    public static func hash(_ bytes: RawSpan) -> Bytes32 {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalize()
    }
}
