internal import Basics

/// The clear header of message 1. It ends the handshake's prologue, so that none of its bits is free.
///
/// ```
///  0  1  type 0xC1
///  1  3  sender index
///  4  1  version
///  5  3  zero
/// ```
struct InitiationHeader: Sendable {
    /// The version of this wire.
    static let version: UInt8 = 1
    private static let prologue = Array("parley/1".utf8)

    let sender: SessionIndex
    let version: UInt8

    init(sender: SessionIndex) {
        self.sender = sender
        version = Self.version
    }

    /// The zero bytes are checked for our version alone: another may use them.
    init(parsing packet: RawSpan) throws(DropReason) {
        guard packet.byteCount >= HandshakePacket.headerByteCount + HandshakePacket.codesByteCount else {
            throw .truncated
        }
        guard let sender = SessionIndex(packet, at: 1) else { throw .malformed }
        self.sender = sender
        version = packet.byte(at: 4)
        guard version == Self.version else { return }
        for offset in 5..<8 where packet.byte(at: offset) != 0 { throw .malformed }
        try HandshakePacket.checkLength(packet, overhead: HandshakePacket.initiationOverhead)
    }

    /// Whether the packet is too short for a bare port, so that an answer could be longer.
    func isUnpadded(_ packet: RawSpan) -> Bool {
        version == Self.version && packet.byteCount < HandshakePacket.maximumByteCount
    }

    var bytes: [UInt8] {
        var writer = ByteWriter(capacity: HandshakePacket.headerByteCount)
        writer.uint8(PacketType.initiation.rawValue)
        writer.littleEndianUInt24(sender.rawValue)
        writer.uint8(version)
        writer.zeros(3)
        return writer.bytes
    }

    /// What both sides mix into the handshake first.
    var prologue: [UInt8] { Self.prologue + bytes }
}
