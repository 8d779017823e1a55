/// Where a handshake ties on: the chain, and its own place in it.
struct ChainLink: Sendable {
    enum Holder: Hashable, Sendable {
        case session(SessionID)
        case dormant(DormantChain.ID)
    }

    let holder: Holder
    let slot: KeySlot.Name
    let chain: Session.Chain
    /// The epoch of the handshake that ties on.
    let epoch: UInt32

    var session: SessionID? {
        switch holder {
        case .session(let session): session
        case .dormant: nil
        }
    }
}
