import Basics

/// The head of an IVF file; numbers are little-endian.
///
/// ```
/// "DKIF" | 2 version 0 | 2 bytes of the head, 32 | "VP80" | 2 width | 2 height |
/// 4 units in a second | 4 units of a tick | 4 frames | 4 unused
/// ```
struct IVFHeader: Sendable {
    static let byteCount = 32
    static let magic = Array("DKIF".utf8)
    /// Where the number of frames stands.
    static let frameCountOffset = 24

    /// Bytes of the head that this file has; what is beyond `byteCount` says nothing to us.
    let headByteCount: Int
    /// A tick is `ticks.scale / ticks.rate` seconds.
    let ticks: (rate: Int, scale: Int)

    /// Reads the head. The size and the number of frames are not believed: the frames themselves say better.
    /// Precondition: `head` has `byteCount` bytes.
    init(parsing head: RawSpan) throws(MediaFileError) {
        precondition(head.byteCount >= Self.byteCount)
        guard head.extracting(first: 4).isEqual(to: Self.magic.rawSpan) else { throw Self.notIVF }
        headByteCount = Self.number(head, 6, 2)
        ticks = (Self.number(head, 16, 4), Self.number(head, 20, 4))
        try Self.judge(version: Self.number(head, 4, 2), headByteCount, [UInt8](head.extracting(8..<12)))
        guard ticks.rate > 0, ticks.scale > 0 else {
            throw .data("a tick of \(ticks.scale)/\(ticks.rate) s; allowed: more than 0")
        }
    }

    private static func number(_ bytes: RawSpan, _ offset: Int, _ byteCount: Int) -> Int {
        (0..<byteCount).reduce(0) { $0 | Int(bytes.byte(at: offset + $1)) << (8 * $1) }
    }

    private static func judge(version: Int, _ headByteCount: Int, _ codec: [UInt8]) throws(MediaFileError) {
        guard version == 0 else { throw .data("IVF of version \(version); allowed: 0") }
        guard headByteCount >= byteCount else { throw .data("a head of \(headByteCount) bytes; allowed: 32 or more") }
        guard codec == Array("VP80".utf8) else {
            let name = String(
                decoding: codec.map { (0x21...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
            throw .data("video of the codec \(name); allowed: VP80")
        }
    }

    /// When tick `count` is.
    func time(of count: UInt64) -> Duration {
        // At most 2^64 · 2^32 · 10^9 < 2^127. Nobody needs more than some centuries.
        let nanoseconds = Int128(count) * Int128(ticks.scale) * 1_000_000_000 / Int128(ticks.rate)
        return .nanoseconds(Int64(clamping: nanoseconds))
    }

    /// The head that we write: a tick is a millisecond.
    static func bytes(width: Int, height: Int, frameCount: Int) -> [UInt8] {
        var writer = ByteWriter(capacity: byteCount)
        writer.append(magic)
        writer.littleEndian(UInt16(0))
        writer.littleEndian(UInt16(byteCount))
        writer.append("VP80".utf8)
        writer.littleEndian(UInt16(clamping: width))
        writer.littleEndian(UInt16(clamping: height))
        writer.littleEndian(UInt32(1_000))
        writer.littleEndian(UInt32(1))
        writer.littleEndian(UInt32(clamping: frameCount))
        writer.zeros(4)
        return writer.bytes
    }

    static let notIVF = MediaFileError.data("it is not IVF: it does not begin with DKIF")
}
