public import Basics
internal import Crypto

/// A public key that verifies lines of signed notes, with its name: `name+id+key` (C2SP signed-note, "vkey").
public struct VerifierKey: Hashable, Sendable {
    /// What a signature by the key says.
    public enum Kind: UInt8, Sendable {
        /// Ed25519 over the text of the note: a log signs its own checkpoints so.
        case ed25519 = 0x01
        /// Ed25519 over the text and a time: a witness says that it saw no other history (tlog-cosignature).
        case cosignature = 0x04
    }

    /// The name of the signer, for a log its origin.
    public let name: String
    /// What its signatures say.
    public let kind: Kind
    /// The Ed25519 public key.
    public let publicKey: Bytes32

    /// Stands in each signature line, so that the key is found: the first four bytes of
    /// SHA-256(name ‖ newline ‖ kind ‖ public key).
    public let id: UInt32

    /// The key of a signer called `name`; nil for a name with spaces or a plus sign, or an empty one.
    public init?(name: String, kind: Kind, publicKey: Bytes32) {
        guard Self.isValid(name: name) else { return nil }
        self.name = name
        self.kind = kind
        self.publicKey = publicKey
        let hash = SHA256.hash((Array(name.utf8) + [0x0a, kind.rawValue] + publicKey.array).rawSpan)
        id = hash.array.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Reads the text that `description` writes; nil for any other text, keys of other kinds included.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = BaseEncoding.base64.decode(parts[2]), let first = bytes.first,
            let kind = Kind(rawValue: first), let publicKey = Bytes32(bytes.dropFirst())
        else { return nil }
        self.init(name: String(parts[0]), kind: kind, publicKey: publicKey)
        guard Self.hex(id) == parts[1] else { return nil }
    }

    static func isValid(name: some StringProtocol) -> Bool {
        !name.isEmpty && !name.unicodeScalars.contains { $0.properties.isWhitespace || $0 == "+" }
    }

    private static func hex(_ id: UInt32) -> String {
        Hex.encode((0..<4).map { UInt8(truncatingIfNeeded: id >> UInt32(24 - 8 * $0)) })
    }
}

extension VerifierKey: CustomStringConvertible {
    /// `name+id+key`: the id in hexadecimal, kind and key in Base64.
    public var description: String {
        "\(name)+\(Self.hex(id))+\(BaseEncoding.base64.encode([kind.rawValue] + publicKey.array))"
    }
}
