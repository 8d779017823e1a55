internal import Basics

/// HMAC (RFC 2104) over any of the hash functions; over BLAKE2b it is the one of the Noise paper.
public struct HMAC<Hash: HashFunction>: ~Copyable {
    private var inner = Hash()
    private var outer = Hash()

    /// Nothing authenticated yet.
    public init(key: RawSpan) {
        var pad = InlineArray<128, UInt8>(repeating: 0)
        defer { Sodium.wipe(&pad) }
        unsafe withUnsafeMutableBytes(of: &pad) { buffer in
            var pad = unsafe MutableRawSpan(_unsafeBytes: buffer.prefix(Hash.blockByteCount))
            Self.write(key, into: &pad)
            pad.xor(0x36)
            inner.update(pad.bytes)
            pad.xor(0x36 ^ 0x5c)
            outer.update(pad.bytes)
        }
    }

    /// Authenticates more bytes.
    public mutating func update(_ bytes: RawSpan) { inner.update(bytes) }

    /// Writes the code. Precondition: it has `Hash.byteCount` bytes.
    public consuming func finalize(into code: inout MutableRawSpan) {
        var digest = InlineArray<64, UInt8>(repeating: 0)
        unsafe withUnsafeMutableBytes(of: &digest) { buffer in
            var digest = unsafe MutableRawSpan(_unsafeBytes: buffer.prefix(Hash.byteCount))
            inner.finalize(into: &digest)
            outer.update(digest.bytes)
        }
        outer.finalize(into: &code)
        Sodium.wipe(&digest)
        Sodium.wipe(&inner)
        Sodium.wipe(&outer)
    }

    /// Writes the code of `message`. Precondition: it has `Hash.byteCount` bytes.
    public static func authenticate(_ message: RawSpan, key: RawSpan, into code: inout MutableRawSpan) {
        var hmac = HMAC(key: key)
        hmac.update(message)
        hmac.finalize(into: &code)
    }

    /// The code of `message`, as a secret: for codes that are keys.
    public static func authenticate(_ message: RawSpan, key: borrowing SecretBytes) -> SecretBytes {
        SecretBytes(byteCount: Hash.byteCount) { code in
            key.withBytes { authenticate(message, key: $0, into: &code) }
        }
    }

    /// Whether `code` is the code of `message`, compared in constant time.
    public static func isValid(_ code: RawSpan, of message: RawSpan, key: borrowing SecretBytes) -> Bool {
        authenticate(message, key: key).isEqual(to: code)
    }

    /// A key longer than a block counts as its hash (RFC 2104 §2).
    private static func write(_ key: RawSpan, into pad: inout MutableRawSpan) {
        guard key.byteCount > Hash.blockByteCount else { return pad.copy(key) }
        var hash = Hash()
        hash.update(key)
        var digest = pad._mutatingExtracting(first: Hash.byteCount)
        hash.finalize(into: &digest)
    }
}
