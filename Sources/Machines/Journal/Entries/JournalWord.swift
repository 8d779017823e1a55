internal import Basics

/// A word from a fixed list, such as a cause: the only text that may stand in a clear field. Free text, above all a
/// peer's, cannot become one by accident.
public struct JournalWord: Hashable, Sendable, ExpressibleByStringLiteral {
    /// Letters, digits, dots, dashes and underscores.
    public let text: String

    static let maximumByteCount = 48

    /// A word; nil for any other text.
    public init?(_ text: String) {
        let isWord = text.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isWord, !text.isEmpty, text.utf8.count <= Self.maximumByteCount else { return nil }
        self.text = text
    }

    /// A word that stands in the program. Precondition: it is one.
    public init(stringLiteral text: String) {
        guard let word = JournalWord(text) else { preconditionFailure("a word of the program is a word") }
        self = word
    }

    var json: JSONValue { .string(text) }
}
