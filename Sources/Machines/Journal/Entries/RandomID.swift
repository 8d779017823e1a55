internal import Basics
public import Crypto

/// A subject of entries (a person, a device of a person) under a random name that says nothing about it. Which contact
/// it is stands in the contact's own record and, sealed, in sidecars.
public struct SubjectID: RandomID {
    /// 22 characters of Base64 for URLs.
    public let text: String

    /// Takes a checked text.
    public init(checked text: String) { self.text = text }
}

/// A call under a random name of our own: the call id that peers share is personal, since it links our journals.
public struct LocalCallID: RandomID {
    /// 22 characters of Base64 for URLs.
    public let text: String

    /// Takes a checked text.
    public init(checked text: String) { self.text = text }
}

/// 16 random bytes, as text.
public protocol RandomID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// 22 characters of Base64 for URLs.
    var text: String { get }
    /// Takes a checked text.
    init(checked text: String)
}

extension RandomID {
    /// A new name.
    public init(using random: inout SeededRandom) {
        var bytes = [UInt8](repeating: 0, count: 16)
        var span = bytes.mutableRawSpan
        random.fill(&span)
        self.init(checked: BaseEncoding.base64URL.encode(bytes))
    }

    /// Reads a name; nil when it is not the Base64 of 16 bytes.
    public init?(_ text: some StringProtocol) {
        guard BaseEncoding.base64URL.decode(text)?.count == 16 else { return nil }
        self.init(checked: String(text))
    }

    /// The name.
    public var description: String { text }

    /// By text.
    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}
