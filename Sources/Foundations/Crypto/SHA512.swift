internal import Basics
internal import CSodium

/// SHA-512 (FIPS 180-4).
public struct SHA512: HashFunction {
    /// Bytes in a digest.
    public static let byteCount = 64
    /// Bytes that it takes in at a time.
    public static let blockByteCount = 128

    private var state = crypto_hash_sha512_state()

    /// Nothing hashed yet.
    public init() { _ = unsafe crypto_hash_sha512_init(&state) }

    /// Hashes more bytes.
    public mutating func update(_ bytes: RawSpan) {
        unsafe bytes.withPointer { _ = unsafe crypto_hash_sha512_update(&state, $0, $1) }
    }

    /// Writes the digest. Precondition: `digest` has 64 bytes.
    public mutating func finalize(into digest: inout MutableRawSpan) {
        precondition(digest.byteCount == Self.byteCount)
        unsafe digest.withMutablePointer { pointer, _ in _ = unsafe crypto_hash_sha512_final(&state, pointer) }
    }

    /// The digest, 64 bytes.
    public mutating func finalize() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Self.byteCount)
        var bytes = digest.mutableRawSpan
        finalize(into: &bytes)
        return digest
    }

    /// The digest of `bytes`, 64 bytes.
    public static func hash(_ bytes: RawSpan) -> [UInt8] {
        var hash = SHA512()
        hash.update(bytes)
        return hash.finalize()
    }
}
