internal import Basics

/// What is left of a session that nobody used: enough for the next handshake to continue its chain (PROTOCOL §2).
struct DormantChain: ~Copyable {
    struct ID: SlabKey {
        let slot: UInt32
        let generation: UInt32
    }

    let peer: Bytes32
    let chain: Session.Chain
    let slots: KeySlots
    let end: Instant
}
