/// Why a text is not JSON (or JSON5), and where.
public struct JSONError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// The text stops before the value does.
        case unexpectedEnd
        /// A character that cannot stand here.
        case unexpectedCharacter
        /// Bytes that are no UTF-8.
        case invalidUTF8
        /// No number of the grammar, such as `01` or `1.`.
        case invalidNumber
        /// A number beyond binary64.
        case numberOutOfRange
        /// A backslash before something that cannot follow it.
        case invalidEscape
        /// Half of a surrogate pair by itself: no Unicode scalar value (RFC 7493 §2.1 refuses it, and so do we).
        case loneSurrogate
        /// A control character inside a string.
        case controlCharacter
        /// A name that stands in the same object already.
        case duplicateName(String)
        /// More nested arrays and objects than allowed.
        case tooDeep(limit: Int)
        /// More text after the value.
        case trailingText
    }

    /// What is wrong.
    public let reason: Reason
    /// The byte where it shows, from 0.
    public let byteOffset: Int
    /// Its line, from 1.
    public let line: Int
    /// Its place in the line in characters (Unicode scalar values), from 1.
    public let column: Int

    init(_ reason: Reason, at offset: Int, in bytes: RawSpan) {
        self.reason = reason
        byteOffset = offset
        var line = 1, column = 1
        for index in 0..<min(offset, bytes.byteCount) {
            let byte = bytes.byte(at: index)
            if byte == UInt8(ascii: "\n") {
                (line, column) = (line + 1, 1)
            } else if byte & 0xC0 != 0x80 {  // not the middle of a character
                column += 1
            }
        }
        self.line = line
        self.column = column
    }
}

extension JSONError: CustomStringConvertible {
    /// Such as `line 3, column 14: unexpected character`.
    public var description: String { "line \(line), column \(column): \(reason)" }
}

extension JSONError.Reason: CustomStringConvertible {
    /// A few words for people.
    public var description: String {
        switch self {
        case .unexpectedEnd: "unexpected end"
        case .unexpectedCharacter: "unexpected character"
        case .invalidUTF8: "not UTF-8"
        case .invalidNumber: "not a number"
        case .numberOutOfRange: "a number too large"
        case .invalidEscape: "unknown escape"
        case .loneSurrogate: "half of a surrogate pair"
        case .controlCharacter: "control character in a string"
        case .duplicateName(let name): "\"\(name)\" stands twice"
        case .tooDeep(let limit): "nested deeper than \(limit)"
        case .trailingText: "more text after the value"
        }
    }
}
