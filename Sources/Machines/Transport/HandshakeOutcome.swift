internal import Basics
internal import Crypto
internal import Noise

/// What a finished handshake leaves behind.
struct HandshakeOutcome: ~Copyable {
    private static let resumeLabel = Array("parley/1 resume".utf8)
    private static let pairingLabel = Array("parley/1 pairing".utf8)

    let hash: Bytes32
    /// What continues the chain: mixed into the psk of the next handshake.
    let resume: SecretBytes
    /// What the two devices share from their first handshake on.
    let pairing: SecretBytes
    let states: TransportStates

    init(_ noise: consuming HandshakeState) {
        guard let hash = Bytes32(noise.handshakeHash) else { preconditionFailure("SHA-256 has 32 bytes") }
        self.hash = hash
        resume = noise.export(label: Self.resumeLabel.rawSpan)
        pairing = noise.export(label: Self.pairingLabel.rawSpan)
        states = noise.split()
    }
}
