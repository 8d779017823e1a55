internal import Basics
internal import Crypto

/// The key of a payload and the number of its next chunk: the STREAM construction. Each chunk of 64 KiB is a
/// ChaCha20-Poly1305 message whose nonce is an 11-byte big-endian counter and a byte that marks the last chunk.
struct AgeStream: ~Copyable {
    static let nonceByteCount = 16
    static let chunkByteCount = 64 * 1024
    static let sealedChunkByteCount = chunkByteCount + ChaChaPoly.tagByteCount

    private let key: SecretBytes
    /// Chunks sealed or opened so far.
    private(set) var chunkCount: UInt64 = 0

    init(fileKey: borrowing SecretBytes, nonce: [UInt8]) {
        key = fileKey.withBytes {
            HKDF<SHA256>.derive(
                salt: nonce.rawSpan, inputKeyMaterial: $0, info: Array("payload".utf8).rawSpan, byteCount: 32)
        }
    }

    /// Appends the next chunk, sealed.
    mutating func seal(_ chunk: RawSpan, isLast: Bool, into file: inout [UInt8]) {
        let start = file.count
        file.reserveCapacity(start + Self.sealedChunkByteCount)  // no second copy of a secret before it is sealed
        unsafe chunk.withUnsafeBytes { unsafe file.append(contentsOf: $0) }
        file.append(contentsOf: repeatElement(0, count: ChaChaPoly.tagByteCount))
        var bytes = file.mutableRawSpan
        var sealed = bytes._mutatingExtracting(droppingFirst: start)
        ChaChaPoly.seal(
            &sealed, plaintextByteCount: chunk.byteCount, nonce: nonce(isLast: isLast).rawSpan, key: key)
        chunkCount += 1
    }

    /// The plaintext of the next chunk; nil when it is not what was sealed there.
    mutating func open(_ sealed: [UInt8], isLast: Bool) -> [UInt8]? {
        guard let chunk = ChaChaPoly.open(sealed, nonce: nonce(isLast: isLast), key: key) else { return nil }
        chunkCount += 1
        return chunk
    }

    /// The one chunk of a file that holds a secret; nil when it is not what was sealed there.
    func openOnly(_ sealed: [UInt8]) -> SecretBytes? {
        SecretBytes.opened(sealed, nonce: nonce(isLast: true), key: key)
    }

    private func nonce(isLast: Bool) -> [UInt8] {
        var writer = ByteWriter(capacity: ChaChaPoly.nonceByteCount)
        writer.zeros(3)
        writer.bigEndian(chunkCount)
        writer.uint8(isLast ? 1 : 0)
        return writer.bytes
    }
}
