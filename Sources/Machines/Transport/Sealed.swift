public import Basics

/// A packet that was sealed in place.
public struct Sealed: Sendable {
    /// Its number, for the ledger of sent packets.
    public let number: PacketNumber
    /// Bytes of the whole packet, from the start of the slot.
    public let byteCount: Int
}
