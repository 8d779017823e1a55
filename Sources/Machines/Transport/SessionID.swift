/// One session of this endpoint. Never given to another session.
public struct SessionID: Comparable, SlabKey {
    let slot: UInt32
    let generation: UInt32

    /// By place in the table.
    public static func < (left: SessionID, right: SessionID) -> Bool {
        (left.slot, left.generation) < (right.slot, right.generation)
    }
}
