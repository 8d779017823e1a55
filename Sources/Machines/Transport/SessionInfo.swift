public import Basics
public import Noise

/// What is known of a session.
public struct SessionInfo: Sendable {
    /// The Noise static of the peer's device.
    public let peer: Bytes32
    /// Our side in the chain's first handshake.
    public let role: Role
    /// Whether the peer has shown its keys (always, when we began the handshake).
    public let isConfirmed: Bool
    /// The epoch of the key that seals; nil while none does.
    public let epoch: UInt32?
    /// The hash of the chain's first handshake: fixed for the chain.
    public let firstHandshakeHash: Bytes32
}
