internal import Basics
internal import CSodium

/// BLAKE2b (RFC 7693), with a key and a digest of any length that it allows.
public struct BLAKE2b: HashFunction {
    /// Bytes in the longest digest.
    public static let byteCount = 64
    /// Bytes that it takes in at a time.
    public static let blockByteCount = 128

    /// libsodium wants its state aligned to 64 bytes, which a Swift value cannot promise: it rests here and visits
    /// aligned memory for each call.
    private var state = InlineArray<48, UInt64>(repeating: 0)
    private let digestByteCount: Int

    /// Nothing hashed yet; the digest will have 64 bytes.
    public init() { self.init(byteCount: Self.byteCount) }

    /// Nothing hashed yet. Precondition: a digest of 1 to 64 bytes, a key of 0 (none) to 64.
    public init(byteCount: Int, key: RawSpan = RawSpan()) {
        precondition((1...Self.byteCount).contains(byteCount))
        precondition(key.byteCount <= 64)
        Sodium.start()
        digestByteCount = byteCount
        unsafe key.withPointer { key, count in
            unsafe withState { _ = unsafe crypto_generichash_blake2b_init($0, key, Int(count), byteCount) }
        }
    }

    /// Hashes more bytes.
    public mutating func update(_ bytes: RawSpan) {
        unsafe bytes.withPointer { bytes, count in
            unsafe withState { _ = unsafe crypto_generichash_blake2b_update($0, bytes, count) }
        }
    }

    /// Writes the digest. Precondition: `digest` has as many bytes as were announced.
    public mutating func finalize(into digest: inout MutableRawSpan) {
        precondition(digest.byteCount == digestByteCount)
        unsafe digest.withMutablePointer { digest, count in
            unsafe withState { _ = unsafe crypto_generichash_blake2b_final($0, digest, count) }
        }
    }

    /// Writes the digest of `bytes`, as long as `digest`. Precondition: as for `init`.
    public static func hash(_ bytes: RawSpan, key: RawSpan = RawSpan(), into digest: inout MutableRawSpan) {
        var hash = BLAKE2b(byteCount: digest.byteCount, key: key)
        hash.update(bytes)
        hash.finalize(into: &digest)
    }

    /// The digest of `bytes`. Precondition: as for `init`.
    public static func hash(_ bytes: RawSpan, byteCount: Int = byteCount, key: RawSpan = RawSpan()) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: byteCount)
        var target = digest.mutableRawSpan
        hash(bytes, key: key, into: &target)
        return digest
    }

    private mutating func withState(_ body: (OpaquePointer) -> Void) {
        let byteCount = MemoryLayout.size(ofValue: state)
        unsafe withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 64) { aligned in
            guard let address = aligned.baseAddress else { preconditionFailure("the state has bytes") }
            unsafe withUnsafeMutableBytes(of: &state) { state in
                unsafe aligned.copyMemory(from: UnsafeRawBufferPointer(state))
                unsafe body(OpaquePointer(address))
                unsafe state.copyMemory(from: UnsafeRawBufferPointer(aligned))
            }
            unsafe sodium_memzero(address, byteCount)
        }
    }
}
