public import Basics

/// A packet of padding, sealed.
public struct SealedPadding: Sendable {
    /// Whose keys sealed it.
    public let session: SessionID
    /// Its number, for the ledger of sent packets.
    public let number: PacketNumber
    /// The packet.
    public let bytes: [UInt8]
    /// Where the peer answered from, while no path of the session is known; nil: any path of the session.
    public let route: Route?
}
