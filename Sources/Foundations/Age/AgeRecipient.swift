public import Basics

/// Someone an age file is sealed to: an X25519 public key, written `age1…`.
public struct AgeRecipient: Hashable, Sendable {
    /// The public key.
    public let publicKey: Bytes32

    static let prefix = "age"

    /// The recipient with this X25519 public key.
    public init(_ publicKey: Bytes32) { self.publicKey = publicKey }

    /// Reads `age1…`; nil for anything else, recipients of other types included.
    public init?(_ text: String) {
        guard let (prefix, bytes) = Bech32.decode(text), prefix == Self.prefix, let key = Bytes32(bytes),
            text.hasPrefix(prefix)  // recipients are written in lower case
        else { return nil }
        publicKey = key
    }
}

extension AgeRecipient: CustomStringConvertible {
    /// `age1…`.
    public var description: String { Bech32.encode(prefix: Self.prefix, publicKey.array) }
}
