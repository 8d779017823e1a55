/// One valid message 1 that waits for the node's decision: `respond` or `ignore`.
public struct InitiationToken: SlabKey {
    let slot: UInt32
    let generation: UInt32
}
