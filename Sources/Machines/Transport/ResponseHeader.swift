internal import Basics

/// The clear header of message 2. Its payload begins with a copy of it, so that none of its bits is free.
///
/// ```
///  0  1  type 0xC2
///  1  3  sender index
///  4  3  receiver index
///  7  1  zero
/// ```
struct ResponseHeader: Sendable {
    let sender: SessionIndex
    let receiver: SessionIndex

    init(sender: SessionIndex, receiver: SessionIndex) {
        self.sender = sender
        self.receiver = receiver
    }

    init(parsing packet: RawSpan) throws(DropReason) {
        try HandshakePacket.checkLength(
            packet, overhead: HandshakePacket.responseOverhead + HandshakePacket.headerByteCount)
        guard let sender = SessionIndex(packet, at: 1), let receiver = SessionIndex(packet, at: 4),
            packet.byte(at: 7) == 0
        else { throw .malformed }
        self.init(sender: sender, receiver: receiver)
    }

    var bytes: [UInt8] {
        var writer = ByteWriter(capacity: HandshakePacket.headerByteCount)
        writer.uint8(PacketType.response.rawValue)
        writer.littleEndianUInt24(sender.rawValue)
        writer.littleEndianUInt24(receiver.rawValue)
        writer.zeros(1)
        return writer.bytes
    }
}
