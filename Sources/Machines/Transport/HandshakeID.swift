/// One attempt of ours to make keys with a peer: one message 1.
public struct HandshakeID: Comparable, SlabKey {
    let slot: UInt32
    let generation: UInt32

    /// By place in the table.
    public static func < (left: HandshakeID, right: HandshakeID) -> Bool {
        (left.slot, left.generation) < (right.slot, right.generation)
    }
}
