/// What a receiver has asked for, and what became of it.
public struct RetransmissionStatistics: Equatable, Sendable {
    /// Packets that were asked for, each time they were.
    public internal(set) var requested = 0
    /// Packets sent again, every copy of them.
    public internal(set) var sentAgain = 0
    /// Their bytes.
    public internal(set) var sentAgainByteCount = 0
    /// Asked for, but never sent or too old.
    public internal(set) var unknown = 0
    /// Asked for, but already sent again within a round trip.
    public internal(set) var tooSoon = 0
    /// Asked for, but the receiver has asked for too much.
    public internal(set) var overBudget = 0
}
