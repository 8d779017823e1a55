internal import Basics

/// The 24-bit number by which the receiver of a packet finds its key. Random and never zero: it tells an observer
/// nothing, and belongs to one handshake.
struct SessionIndex: Hashable, Sendable {
    static let byteCount = 3

    let rawValue: UInt32

    /// nil for 0 and for more than 24 bits.
    init?(rawValue: UInt32) {
        guard rawValue != 0, rawValue < 1 << 24 else { return nil }
        self.rawValue = rawValue
    }

    /// The index in `packet` at `offset`; nil for 0. Precondition: three bytes are there.
    init?(_ packet: RawSpan, at offset: Int) {
        self.init(
            rawValue: UInt32(packet.byte(at: offset)) | UInt32(packet.byte(at: offset + 1)) << 8
                | UInt32(packet.byte(at: offset + 2)) << 16)
    }
}
