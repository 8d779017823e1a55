internal import Basics
internal import Noise

/// Which handshake it is that was finished.
struct Handshake: Sendable {
    let peer: Bytes32
    /// SHA-256 of message 1 up to mac1.
    let message: Bytes32
    /// Whether we sent message 1.
    let isOurs: Bool
    /// The index by which the peer's packets find the keys, and the one that ours carry.
    let local: SessionIndex
    let remote: SessionIndex
    /// What it continues; nil when it begins a chain.
    let link: ChainLink?
    /// Where the peer's message came from.
    let route: Route

    /// The chain that it belongs to, when its hash is `hash`.
    func chain(hash: Bytes32) -> Session.Chain {
        link?.chain ?? Session.Chain(role: isOurs ? .initiator : .responder, firstHandshakeHash: hash)
    }
}
