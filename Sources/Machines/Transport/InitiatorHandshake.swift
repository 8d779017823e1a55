internal import Basics
internal import Crypto
internal import Noise

/// Our side of a handshake that we began: message 1 is written, message 2 awaited.
struct InitiatorHandshake: ~Copyable {
    private var noise: HandshakeState?
    /// The Noise message 1.
    let message: [UInt8]

    /// nil for a `peer` whose key is no key: a point of low order.
    init?(
        to peer: Bytes32, as identity: borrowing X25519.KeyPair, header: InitiationHeader, payload: [UInt8],
        using random: inout SeededRandom
    ) {
        var noise = HandshakeState(
            HandshakeProtocol.name, role: .initiator, prologue: header.prologue.rawSpan, s: identity.copy(),
            e: X25519.KeyPair(secret: random.secretBytes(32)), rs: peer)
        guard let message = try? noise.writeMessage(payload.rawSpan) else { return nil }
        self.message = message
        self.noise = consume noise
    }

    /// The payload behind the repeated `header`; nil for a message 2 that was not made with `psk`, which changes
    /// nothing. Precondition: not finished.
    mutating func read(_ message: RawSpan, header: ResponseHeader, psk: borrowing SecretBytes) -> [UInt8]? {
        let repeated = header.bytes
        noise?.setPresharedKey(psk.copy(), number: HandshakeProtocol.psk)
        let payload = try? noise?.readMessage(message) { $0.starts(with: repeated) }
        return payload.map { Array($0.dropFirst(repeated.count)) }
    }

    /// Precondition: message 2 was read.
    mutating func finish() -> HandshakeOutcome {
        guard let noise = noise.take() else { preconditionFailure("a handshake finishes once") }
        return HandshakeOutcome(noise)
    }
}
