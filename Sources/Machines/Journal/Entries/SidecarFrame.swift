internal import Basics
internal import Crypto

/// One sealed part of one entry, as it stands in `pii/<kid>`.
///
/// ```
/// 4 bytes that follow, big-endian | 8 entry, big-endian | 24 nonce | ciphertext | 16 tag
/// ```
struct SidecarFrame: Equatable {
    let sequence: Int
    let nonce: [UInt8]
    let sealed: [UInt8]

    var encoded: [UInt8] {
        var bytes = ByteWriter(capacity: 12 + nonce.count + sealed.count)
        bytes.bigEndian(UInt32(8 + nonce.count + sealed.count))
        bytes.bigEndian(UInt64(sequence))
        bytes.append(nonce)
        bytes.append(sealed)
        return bytes.bytes
    }

    /// The frames of a file. A torn last one is left out: its entry was never acknowledged.
    static func all(in file: [UInt8]) -> [SidecarFrame] {
        var frames: [SidecarFrame] = []
        var reader = ByteReader(file.rawSpan)
        while let frame = try? next(from: &reader) { frames.append(frame) }
        return frames
    }

    private static func next(from reader: inout ByteReader) throws(Truncated) -> SidecarFrame {
        let count = Int(try reader.bigEndian(UInt32.self))
        let sequence = Int(truncatingIfNeeded: try reader.bigEndian(UInt64.self))
        let nonce = try reader.array(XChaChaPoly.nonceByteCount)
        let sealed = try reader.array(count - 8 - nonce.count)
        return SidecarFrame(sequence: sequence, nonce: nonce, sealed: sealed)
    }
}
