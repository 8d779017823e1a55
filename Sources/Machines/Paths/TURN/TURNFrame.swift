internal import Basics

/// How a TURN server and its client tell messages and data apart (RFC 8656 §12.4, §12.5):
///
/// ```
/// 0  2  channel: 0x4000 to 0x4FFF
/// 2  2  length of the data
/// 4     data; over TCP zeros up to a multiple of four
/// ```
public enum TURNFrame {
    /// Bytes before the data of a channel.
    public static let headerByteCount = 4
    /// The longest frame that a stream is read for: a message or a datagram of a server that does what it should.
    public static let longestByteCount = 4_096

    /// Writes the header of `byteCount` bytes of data. Precondition: `frame` has room for it.
    public static func writeHeader(channel: UInt16, byteCount: Int, into frame: inout MutableRawSpan) {
        frame.storeBytes(of: channel.bigEndian, toByteOffset: 0, as: UInt16.self)
        frame.storeBytes(of: UInt16(truncatingIfNeeded: byteCount).bigEndian, toByteOffset: 2, as: UInt16.self)
    }

    /// Zeros behind `byteCount` bytes of data over TCP.
    public static func paddingByteCount(behind byteCount: Int) -> Int { (4 - byteCount % 4) % 4 }

    /// What the beginning of a stream holds.
    public enum Beginning: Equatable, Sendable {
        /// A frame of so many bytes, once they are all there.
        case frame(byteCount: Int)
        /// Too little to tell.
        case incomplete
        /// Nothing that a TURN server sends.
        case nonsense
    }

    /// Looks at the beginning of what came by TCP.
    public static func beginning(of stream: RawSpan) -> Beginning {
        guard stream.byteCount >= 4 else { return .incomplete }
        let length = Int(stream.byte(at: 2)) << 8 | Int(stream.byte(at: 3))
        let byteCount: Int
        switch stream.byte(at: 0) {
        case 0x00..<0x40: byteCount = STUN.headerByteCount + length
        case 0x40..<0x50: byteCount = headerByteCount + length + paddingByteCount(behind: length)
        default: return .nonsense
        }
        return byteCount <= longestByteCount ? .frame(byteCount: byteCount) : .nonsense
    }
}
