/// The name of a Noise protocol (Noise §8), such as `Noise_IKpsk2_25519_ChaChaPoly_SHA256`. Its Diffie-Hellman function
/// is always 25519.
public struct ProtocolName: Hashable, Sendable {
    /// The handshake pattern with its modifiers.
    public let pattern: HandshakePattern
    /// The cipher functions.
    public let cipher: CipherName
    /// The hash function.
    public let hash: HashName

    /// The protocol of these parts.
    public init(pattern: HandshakePattern, cipher: CipherName, hash: HashName) {
        self.pattern = pattern
        self.cipher = cipher
        self.hash = hash
    }

    /// The protocol of a name; nil for one that does not exist or whose functions we do not have.
    public init?(_ name: some StringProtocol) {
        let parts = name.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0] == "Noise", parts[2] == "25519", let pattern = HandshakePattern(parts[1]),
            let cipher = CipherName(rawValue: String(parts[3])), let hash = HashName(rawValue: String(parts[4]))
        else { return nil }
        self.init(pattern: pattern, cipher: cipher, hash: hash)
    }
}

extension ProtocolName: CustomStringConvertible {
    /// The name, as both sides hash it.
    public var description: String { "Noise_\(pattern.name)_25519_\(cipher.rawValue)_\(hash.rawValue)" }
}
