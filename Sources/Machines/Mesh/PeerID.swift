public import Basics

/// A person, named by the Ed25519 identity key. Shown as four groups of 14 characters, each with its own check.
public struct PeerID: Hashable, Comparable, Sendable {
    /// The Ed25519 identity key.
    public let key: Bytes32

    /// The person whose identity key is `key`.
    public init(key: Bytes32) { self.key = key }

    /// Reads the text that `description` writes, in either case, with or without hyphens.
    public init(text: some StringProtocol) throws(GroupedText.Failure) {
        let bytes = try GroupedText.decode(text)
        guard let key = Bytes32(bytes) else { throw .wrongLength(have: GroupedText.count(of: text)) }
        self.init(key: key)
    }

    /// Whether somebody who writes `text` means a peer id, be it with a slip of a character or two.
    static func isMeant(by text: String) -> Bool {
        (characterCount - 2...characterCount + 2).contains(GroupedText.count(of: text))
            && text.utf8.count { !GroupedText.isExpected($0) } <= 2
    }

    private static let characterCount = 56

    /// By the bytes of the key.
    public static func < (left: PeerID, right: PeerID) -> Bool { left.key < right.key }
}

extension PeerID: CustomStringConvertible {
    /// 56 characters in four groups.
    public var description: String { GroupedText.encode(key.array) }
}
