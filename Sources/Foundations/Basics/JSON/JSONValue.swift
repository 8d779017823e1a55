/// A JSON value (RFC 8259). Numbers keep their text and objects their order, so reading and writing lose nothing.
public enum JSONValue: Hashable, Sendable {
    /// The literal `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number, as exact text.
    case number(JSONNumber)
    /// A string of Unicode scalar values.
    case string(String)
    /// Values in order.
    case array([JSONValue])
    /// Named values in order.
    case object(JSONObject)

    /// A whole number.
    public init(_ value: some FixedWidthInteger) { self = .number(JSONNumber(value)) }

    /// A number; `null` for infinity and NaN, which JSON cannot say.
    public init(_ value: Double) { self = JSONNumber(value).map(JSONValue.number) ?? .null }

    /// Named values; a name whose value is nil is left out.
    public init(members: KeyValuePairs<String, JSONValue?>) {
        self = .object(JSONObject(members.compactMap { name, value in value.map { (name, $0) } }))
    }
}

extension JSONValue {
    /// Whether this is `null`.
    public var isNull: Bool { self == .null }
    /// The truth value; nil for another type.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The number; nil for another type.
    public var number: JSONNumber? { if case .number(let value) = self { value } else { nil } }
    /// The whole number; nil for another type, a fraction, or more than 64 bits.
    public var int: Int? { number?.int64.flatMap { Int(exactly: $0) } }
    /// The nearest binary64 number; nil for another type.
    public var double: Double? { number?.double }
    /// The string; nil for another type.
    public var string: String? { if case .string(let value) = self { value } else { nil } }
    /// The elements; nil for another type.
    public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    /// The members; nil for another type.
    public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }
    /// The member called `name`; nil when there is none or this is no object.
    public subscript(name: String) -> JSONValue? { object?[name] }
}

extension JSONValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    /// `true` or `false`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A whole number.
    public init(integerLiteral value: Int) { self.init(value) }
    /// A number.
    public init(floatLiteral value: Double) { self.init(value) }
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// An object. Precondition: no name twice.
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
}
