/// A value of a JSON5 text (spec.json5.org 1.0.0) and the line where it begins: for a configuration, whose reader tells
/// the line of what it does not like.
public struct JSON5Node: Hashable, Sendable {
    /// What the value is.
    public enum Content: Hashable, Sendable {
        /// The literal `null`.
        case null
        /// `true` or `false`.
        case bool(Bool)
        /// A number. A hexadecimal one has become decimal.
        case number(JSONNumber)
        /// A string.
        case string(String)
        /// Values in order.
        case array([JSON5Node])
        /// Named values in order, no name twice.
        case object([Member])
    }

    /// A named value.
    public struct Member: Hashable, Sendable {
        /// The name.
        public let name: String
        /// The line of the name, from 1.
        public let line: Int
        /// The value.
        public let value: JSON5Node
    }

    /// What the value is.
    public let content: Content
    /// The line where it begins, from 1.
    public let line: Int

    /// The same value without lines.
    public var json: JSONValue {
        switch content {
        case .null: .null
        case .bool(let value): .bool(value)
        case .number(let value): .number(value)
        case .string(let value): .string(value)
        case .array(let elements): .array(elements.map(\.json))
        case .object(let members): .object(JSONObject(members.map { ($0.name, $0.value.json) }))
        }
    }

    /// The members; nil for another type.
    public var members: [Member]? { if case .object(let members) = content { members } else { nil } }

    /// The value called `name`; nil when there is none or this is no object.
    public subscript(name: String) -> JSON5Node? {
        members?.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }
}
