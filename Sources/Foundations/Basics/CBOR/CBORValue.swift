/// A CBOR data item (RFC 8949). What we write is always the deterministic encoding of §4.2.1.
public enum CBORValue: Hashable, Sendable {
    /// Major type 0: a number from 0.
    case unsigned(UInt64)
    /// Major type 1: the number −1 − n.
    case negative(UInt64)
    /// Major type 2: bytes.
    case bytes([UInt8])
    /// Major type 3: text.
    case text(String)
    /// Major type 4: items in order.
    case array([CBORValue])
    /// Major type 5: items by key.
    case map(CBORMap)
    /// Major type 6: an item whose meaning a tag number gives.
    indirect case tagged(UInt64, CBORValue)
    /// Major type 7: a simple value by number; `false` is 20, `true` 21, `null` 22, `undefined` 23.
    case simple(UInt8)
    /// Major type 7: a floating-point number. All NaN are one.
    case float(Double)

    /// The simple value 22.
    public static let null = CBORValue.simple(22)
    /// The simple value 23.
    public static let undefined = CBORValue.simple(23)
    /// The simple value 21 or 20.
    public static func bool(_ value: Bool) -> CBORValue { .simple(value ? 21 : 20) }
    /// 32 bytes.
    public static func bytes(_ value: Bytes32) -> CBORValue { .bytes(value.array) }
    /// Borrowed bytes, copied.
    public static func bytes(_ value: RawSpan) -> CBORValue { .bytes([UInt8](value)) }
    /// A number of either sign.
    public static func int(_ value: Int64) -> CBORValue {
        value >= 0 ? .unsigned(UInt64(value)) : .negative(UInt64(~value))
    }
}

extension CBORValue {
    /// The number; nil for another type or a negative one.
    public var uint: UInt64? { if case .unsigned(let value) = self { value } else { nil } }
    /// The number; nil for another type or more than 64 bits with sign.
    public var int: Int64? {
        switch self {
        case .unsigned(let value): Int64(exactly: value)
        case .negative(let value): Int64(exactly: value).map { ~$0 }
        case .bytes, .text, .array, .map, .tagged, .simple, .float: nil
        }
    }
    /// The bytes; nil for another type.
    public var bytes: [UInt8]? { if case .bytes(let value) = self { value } else { nil } }
    /// The bytes; nil for another type or length.
    public var bytes32: Bytes32? { bytes.flatMap { Bytes32($0) } }
    /// The text; nil for another type.
    public var text: String? { if case .text(let value) = self { value } else { nil } }
    /// The items; nil for another type.
    public var array: [CBORValue]? { if case .array(let value) = self { value } else { nil } }
    /// The entries; nil for another type.
    public var map: CBORMap? { if case .map(let value) = self { value } else { nil } }
    /// The truth value; nil for another type.
    public var bool: Bool? { self == .bool(true) ? true : self == .bool(false) ? false : nil }
    /// The floating-point number; nil for another type.
    public var float: Double? { if case .float(let value) = self { value } else { nil } }
}

extension CBORValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A number.
    public init(integerLiteral value: Int64) { self = .int(value) }
    /// A text.
    public init(stringLiteral value: String) { self = .text(value) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An array.
    public init(arrayLiteral elements: CBORValue...) { self = .array(elements) }
    /// A map. Precondition: no key twice.
    public init(dictionaryLiteral elements: (CBORValue, CBORValue)...) { self = .map(CBORMap(elements)) }
}
