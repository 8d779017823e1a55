internal import Basics
internal import Crypto

/// The answer to an initiation in a version that we do not speak.
///
/// ```
///  0  1   type 0xC5
///  1  3   receiver index
///  4  N   versions spoken, a byte each
///  .. 16  mac1 by the sender's own key, over all before it and the mac1 that it answers
/// ```
enum VersionPacket {
    /// The versions that we speak.
    static let spoken = [InitiationHeader.version]
    private static let headerByteCount = 4
    private static let maximumVersionCount = 16

    static func make(to receiver: SessionIndex, answering mac1: [UInt8], mac: PacketMAC) -> [UInt8] {
        var writer = ByteWriter()
        writer.uint8(PacketType.version.rawValue)
        writer.littleEndianUInt24(receiver.rawValue)
        writer.append(spoken)
        writer.append(mac.mac1((writer.bytes + mac1).rawSpan))
        return writer.bytes
    }

    /// Whose attempt the answer is for.
    static func receiver(of packet: RawSpan) throws(DropReason) -> SessionIndex {
        guard packet.byteCount > headerByteCount + PacketMAC.byteCount else { throw .truncated }
        guard packet.byteCount <= headerByteCount + maximumVersionCount + PacketMAC.byteCount else { throw .oversized }
        guard let receiver = SessionIndex(packet, at: 1) else { throw .malformed }
        return receiver
    }

    /// The versions; nil unless the packet answers `mac1` and its sender knows its own key. Precondition:
    /// `receiver(of:)` passed.
    static func versions(in packet: RawSpan, answering mac1: [UInt8], mac: PacketMAC) -> [UInt8]? {
        let signed = [UInt8](packet.extracting(droppingLast: PacketMAC.byteCount))
        let code = mac.mac1((signed + mac1).rawSpan)
        guard ConstantTime.isEqual(code.rawSpan, packet.extracting(last: PacketMAC.byteCount)) else { return nil }
        return Array(signed.dropFirst(headerByteCount))
    }
}
