/// The type of a parameter, of a result or of a field of an event: what is checked, and what the documents say.
public indirect enum ValueType: Sendable {
    /// A text of at most so many bytes of UTF-8, and not empty.
    case text(longest: Int)
    /// A moment in UTC, in exactly this form: `2026-11-23T17:50:00.123Z`.
    case time
    /// A whole number in a range.
    case integer(ClosedRange<Int64>)
    /// Any number.
    case number
    /// `true` or `false`.
    case boolean
    /// One of these words.
    case choice([String])
    /// The number, from 0, of a descriptor that came with the request's line (SCM_RIGHTS).
    case descriptor
    /// At most so many values of one type.
    case list(ValueType, longest: Int)
    /// Named fields.
    case object([Field])
    /// Values of one type, by names that are not known beforehand.
    case table(ValueType)
    /// Any JSON value.
    case anything

    /// The identifier of a call.
    static let call = text(longest: 64)
    /// A peer's id.
    static let peer = text(longest: 128)
    /// A number of things.
    static let count = integer(0...Int64.max)
}

/// A named value: a parameter of a method, a member of a result, a field of an event.
public struct Field: Sendable {
    /// Its name.
    public let name: String
    /// Its type.
    public let type: ValueType
    /// Whether it must be there, or always is.
    public let isRequired: Bool
    /// What it means, with its unit.
    public let summary: String

    /// A field that must be there, or always is.
    public static func required(_ name: String, _ type: ValueType, _ summary: String) -> Field {
        Field(name: name, type: type, isRequired: true, summary: summary)
    }

    /// A field that may be absent, but never null.
    public static func optional(_ name: String, _ type: ValueType, _ summary: String) -> Field {
        Field(name: name, type: type, isRequired: false, summary: summary)
    }
}
