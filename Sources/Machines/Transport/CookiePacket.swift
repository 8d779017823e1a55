internal import Basics
internal import Crypto

/// A cookie on its way to who asked under load.
///
/// ```
///  0  1   type 0xC3
///  1  3   receiver index
///  4  4   zero
///  8  24  nonce
/// 32  32  XChaCha20-Poly1305 of the cookie; associated data: the mac1 that it answers
/// ```
enum CookiePacket {
    static let byteCount = 64
    static let cookieByteCount = 16
    private static let nonces = 8..<32

    /// Seals `cookie` for the sender of the initiation that had `mac1`.
    static func make(
        to receiver: SessionIndex, cookie: [UInt8], mac1: [UInt8], key: [UInt8], using random: inout SeededRandom
    ) -> [UInt8] {
        var nonce = [UInt8](repeating: 0, count: nonces.count)
        var target = nonce.mutableRawSpan
        random.fill(&target)
        var writer = ByteWriter(capacity: byteCount)
        writer.uint8(PacketType.cookie.rawValue)
        writer.littleEndianUInt24(receiver.rawValue)
        writer.zeros(4)
        writer.append(nonce)
        let secret = SecretBytes(copying: key.rawSpan)
        writer.append(XChaChaPoly.seal(cookie, nonce: nonce, associatedData: mac1, key: secret))
        return writer.bytes
    }

    /// Whose attempt the cookie is for.
    static func receiver(of packet: RawSpan) throws(DropReason) -> SessionIndex {
        guard packet.byteCount >= byteCount else { throw .truncated }
        guard packet.byteCount == byteCount else { throw .oversized }
        for offset in 4..<8 where packet.byte(at: offset) != 0 { throw .malformed }
        guard let receiver = SessionIndex(packet, at: 1) else { throw .malformed }
        return receiver
    }

    /// The cookie; nil unless it answers `mac1` and comes from who has `key`. Precondition: `receiver(of:)` passed.
    static func open(_ packet: RawSpan, mac1: [UInt8], key: [UInt8]) -> [UInt8]? {
        let secret = SecretBytes(copying: key.rawSpan)
        return XChaChaPoly.open(
            [UInt8](packet.extracting(nonces.upperBound..<byteCount)), nonce: [UInt8](packet.extracting(nonces)),
            associatedData: mac1, key: secret)
    }
}
