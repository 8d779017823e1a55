internal import Basics
internal import Crypto
internal import Noise

/// Our side of a handshake that a peer began: message 1 is read, message 2 not written.
struct ResponderHandshake: ~Copyable {
    private var noise: HandshakeState
    /// The Noise static of who sent message 1.
    let peer: Bytes32
    let payload: [UInt8]

    /// nil for a message that was not written for us.
    init?(
        reading message: RawSpan, as identity: borrowing X25519.KeyPair, header: InitiationHeader,
        using random: inout SeededRandom
    ) {
        var noise = HandshakeState(
            HandshakeProtocol.name, role: .responder, prologue: header.prologue.rawSpan, s: identity.copy(),
            e: X25519.KeyPair(secret: random.secretBytes(32)))
        guard let payload = try? noise.readMessage(message), let peer = noise.remoteStatic else { return nil }
        self.payload = payload
        self.peer = peer
        self.noise = noise
    }

    /// Writes the Noise message 2, whose payload repeats `header`; nil when the peer's keys are none.
    mutating func write(_ payload: [UInt8], header: ResponseHeader, psk: consuming SecretBytes) -> [UInt8]? {
        noise.setPresharedKey(psk, number: HandshakeProtocol.psk)
        return try? noise.writeMessage((header.bytes + payload).rawSpan)
    }

    /// Precondition: message 2 was written.
    consuming func finish() -> HandshakeOutcome { HandshakeOutcome(noise) }
}
