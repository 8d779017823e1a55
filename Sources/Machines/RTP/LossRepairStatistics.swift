/// What was missing of a source, and what became of it. Loss after repair is what was neither repaired nor reordered.
public struct LossRepairStatistics: Equatable, Sendable {
    /// Packets that did not come in order.
    public internal(set) var missing = 0
    /// Of them, those that came by themselves, later.
    public internal(set) var reordered = 0
    /// Of them, those that came again because they were asked for.
    public internal(set) var repaired = 0
    /// Of them, those that were given up.
    public internal(set) var givenUp = 0
    /// Packets asked for, each time they were.
    public internal(set) var requested = 0
}
