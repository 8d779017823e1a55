/// What a handshake ends in: one cipher state for each direction (Noise §5.3). A one-way pattern uses the initiator's
/// sending state alone.
@frozen
public struct TransportStates: ~Copyable, Sendable {
    /// For what we send.
    public var sending: CipherState
    /// For what we receive.
    public var receiving: CipherState

    /// The states of both directions.
    public init(sending: consuming CipherState, receiving: consuming CipherState) {
        self.sending = sending
        self.receiving = receiving
    }
}
