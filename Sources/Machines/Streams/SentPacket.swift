internal import Basics

/// What the ledger knows of one packet that was sent.
struct SentPacket: Sendable {
    enum Fate: Sendable { case outstanding, acknowledged, lost }

    let number: PacketNumber
    let sentAt: Instant
    let path: PathID
    /// Its place among the packets of its path: reordering is judged within a path, never across.
    let sequence: Int
    let byteCount: Int
    /// Whether it asks for a receipt; only such packets count as under way (RFC 9002 §2, "in flight").
    let asksForReceipt: Bool
    /// Its frames, by their numbers in the ledger.
    let frames: Range<Int>
    var fate = Fate.outstanding
}
