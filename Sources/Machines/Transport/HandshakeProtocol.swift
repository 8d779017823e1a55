internal import Noise

/// `Noise_IKpsk2_25519_ChaChaPoly_SHA256` (PROTOCOL §2).
enum HandshakeProtocol {
    static let name: ProtocolName = {
        guard let name = ProtocolName("Noise_IKpsk2_25519_ChaChaPoly_SHA256") else {
            preconditionFailure("Noise knows our protocol")
        }
        return name
    }()
    /// The psk's place in the pattern.
    static let psk = 2
}
