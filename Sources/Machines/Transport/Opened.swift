public import Basics

/// A packet that was opened in place.
public struct Opened: Sendable {
    /// Whose it is.
    public let session: SessionID
    /// Its number, for receipts.
    public let number: PacketNumber
    /// What the plaintext is; nil for a first byte that means nothing yet.
    public let payload: PayloadType?
    /// Where the plaintext stands in the datagram, its first byte included.
    public let plaintext: Range<Int>
    /// Whether it confirmed the session: `Output.confirmed` is waiting, and comes before what the packet says.
    public let isConfirmation: Bool
}
