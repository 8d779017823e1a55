/// A hash function, fed piece by piece. It may be copied half-way, and serves one digest.
public protocol HashFunction: Sendable {
    /// Bytes in a digest (the Noise paper's HASHLEN); at most 64.
    static var byteCount: Int { get }
    /// Bytes that it takes in at a time (BLOCKLEN), which HMAC's pads fill; at most 128.
    static var blockByteCount: Int { get }

    /// Nothing hashed yet.
    init()
    /// Hashes more bytes.
    mutating func update(_ bytes: RawSpan)
    /// Writes the digest. Precondition: `digest` has `byteCount` bytes.
    mutating func finalize(into digest: inout MutableRawSpan)
}
