public import Basics
public import Crypto

/// What a log signs: at `size` entries the tree had this root (C2SP tlog-checkpoint). Exactly three lines.
public struct Checkpoint: Hashable, Sendable {
    /// The name of the log.
    public let origin: String
    /// Entries in the tree.
    public let size: Int
    /// The root over them.
    public let root: Bytes32

    /// The state of the log `origin` at `size` entries.
    public init(origin: String, size: Int, root: Bytes32) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// Reads the text that `text` writes; nil for any other, extension lines included.
    public init?(_ text: String) {
        let lines = text.utf8.split(separator: 0x0a, omittingEmptySubsequences: false).compactMap { String($0) }
        guard lines.count == 4, lines[3].isEmpty, !lines[0].isEmpty, let size = Int(lines[1]), size >= 0,
            String(size) == lines[1], let bytes = BaseEncoding.base64.decode(lines[2]), let root = Bytes32(bytes)
        else { return nil }
        self.init(origin: lines[0], size: size, root: root)
    }

    /// The three lines.
    public var text: String { "\(origin)\n\(size)\n\(BaseEncoding.base64.encode(root.array))\n" }

    /// The line by which the log's own key signs this.
    public func signed(by vkey: VerifierKey, with key: borrowing Ed25519.KeyPair) -> NoteSignature {
        NoteSignature(by: vkey, key.sign(Array(text.utf8).rawSpan).array)
    }
}
