internal import Basics

/// The frame that 0xC1 and 0xC2 share: a Noise message between a clear header and two codes.
///
/// ```
///  0  8      clear header: InitiationHeader or ResponseHeader
///  8  N      Noise message
///  .. 16     mac1, over all before it
///  .. 16     mac2, over all before it; zeros without a cookie
/// ```
/// The codes are the last 32 bytes in every version, so that a version that we do not speak can be answered.
enum HandshakePacket {
    static let headerByteCount = 8
    static let codesByteCount = 2 * PacketMAC.byteCount
    /// Also the length to which an initiation is padded on a bare port: what every path carries (RFC 9000 §14).
    static let maximumByteCount = 1_200
    /// Message 1: e, the sealed static, and the payload's tag. Message 2: e and the payload's tag.
    static let initiationOverhead = headerByteCount + 32 + 48 + 16 + codesByteCount
    static let responseOverhead = headerByteCount + 32 + 16 + codesByteCount

    /// Frames a Noise message for the owner of `mac`'s key.
    static func make(header: [UInt8], message: [UInt8], mac: PacketMAC) -> [UInt8] {
        var packet = header + message
        packet += mac.mac1(packet.rawSpan)
        packet += [UInt8](repeating: 0, count: PacketMAC.byteCount)
        return packet
    }

    /// `packet` with the mac2 that `cookie` makes.
    static func stamp(_ packet: [UInt8], cookie: [UInt8]) -> [UInt8] {
        let covered = Array(packet.dropLast(PacketMAC.byteCount))
        return covered + PacketMAC.mac2(covered.rawSpan, cookie: cookie)
    }

    /// Checks the length of a packet that has `overhead` bytes beside its payload.
    static func checkLength(_ packet: RawSpan, overhead: Int) throws(DropReason) {
        guard packet.byteCount >= overhead else { throw .truncated }
        guard packet.byteCount <= maximumByteCount else { throw .oversized }
    }

    /// The Noise message. Precondition for this and what follows: the packet has its header and codes.
    @_lifetime(copy packet)
    static func message(of packet: RawSpan) -> RawSpan {
        packet.extracting(headerByteCount..<(packet.byteCount - codesByteCount))
    }

    /// Everything before mac1: what names an initiation (its SHA-256) and what mac1 covers.
    @_lifetime(copy packet)
    static func signed(of packet: RawSpan) -> RawSpan { packet.extracting(droppingLast: codesByteCount) }

    @_lifetime(copy packet)
    static func mac1(of packet: RawSpan) -> RawSpan {
        packet.extracting(last: codesByteCount).extracting(first: PacketMAC.byteCount)
    }

    @_lifetime(copy packet)
    static func mac2(of packet: RawSpan) -> RawSpan { packet.extracting(last: PacketMAC.byteCount) }
}
