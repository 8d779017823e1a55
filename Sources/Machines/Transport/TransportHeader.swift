internal import Basics

/// The header of a sealed packet.
///
/// ```
///  0  1   type 0xC4
///  1  3   receiver index
///  4  4   counter
///  8  N   ciphertext         nonce = 0^32 ‖ LE64(counter), no associated data
///  .. 16  tag
/// ```
/// Nothing here is authenticated: a changed index finds another key or none, a changed counter another nonce.
struct TransportHeader: Sendable {
    static let byteCount = 8
    static let tagByteCount = 16
    /// Bytes of a packet beside its plaintext.
    static let overhead = byteCount + tagByteCount

    let receiver: SessionIndex
    let counter: UInt32

    @inline(__always)
    init(receiver: SessionIndex, counter: UInt32) {
        self.receiver = receiver
        self.counter = counter
    }

    /// A plaintext has one byte at least: its type.
    @inline(__always)
    init(parsing packet: RawSpan) throws(DropReason) {
        guard packet.byteCount > Self.overhead else { throw .truncated }
        guard packet.byte(at: 0) == PacketType.transport.rawValue else { throw .unknownType }
        guard let receiver = SessionIndex(packet, at: 1) else { throw .malformed }
        self.receiver = receiver
        counter = unsafe UInt32(littleEndian: packet.unsafeLoadUnaligned(fromByteOffset: 4, as: UInt32.self))
    }

    /// Precondition: `packet` has room for it.
    @inline(__always)
    func write(to packet: inout MutableRawSpan) {
        precondition(packet.byteCount >= Self.byteCount)
        let first = UInt32(PacketType.transport.rawValue) | receiver.rawValue << 8
        packet.storeBytes(of: first.littleEndian, toByteOffset: 0, as: UInt32.self)
        packet.storeBytes(of: counter.littleEndian, toByteOffset: 4, as: UInt32.self)
    }
}
