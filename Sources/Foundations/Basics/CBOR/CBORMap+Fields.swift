/// Why the fields of a message cannot be read from a map.
public enum CBORFieldError: Error, Hashable, Sendable {
    /// There is no entry of that number.
    case missing(UInt64)
    /// The entry of that number has another type, length or range.
    case unfit(UInt64)
}

/// Required fields throw `missing`; the same with `IfPresent` gives nil instead. Both throw `unfit` for a value of
/// another type or size.
extension CBORMap {
    /// The field `key` as `read` understands it; `read` answers nil for what it does not.
    public func field<Value>(_ key: UInt64, _ read: (CBORValue) -> Value?) throws(CBORFieldError) -> Value {
        guard let value = try fieldIfPresent(key, read) else { throw .missing(key) }
        return value
    }

    /// The field `key` as `read` understands it; nil when it is not there.
    public func fieldIfPresent<Value>(
        _ key: UInt64, _ read: (CBORValue) -> Value?
    ) throws(CBORFieldError) -> Value? {
        guard let field = self[key] else { return nil }
        guard let value = read(field) else { throw .unfit(key) }
        return value
    }

    /// A number from 0 that `Number` can hold.
    public func uint<Number: FixedWidthInteger>(
        _ key: UInt64, as type: Number.Type = UInt64.self
    ) throws(CBORFieldError) -> Number {
        try field(key) { $0.uint.flatMap(Number.init(exactly:)) }
    }

    /// A number from 0 that `Number` can hold.
    public func uintIfPresent<Number: FixedWidthInteger>(
        _ key: UInt64, as type: Number.Type = UInt64.self
    ) throws(CBORFieldError) -> Number? {
        try fieldIfPresent(key) { $0.uint.flatMap(Number.init(exactly:)) }
    }

    /// A number of either sign.
    public func int(_ key: UInt64) throws(CBORFieldError) -> Int64 { try field(key, \.int) }

    /// A truth value.
    public func bool(_ key: UInt64) throws(CBORFieldError) -> Bool { try field(key, \.bool) }

    /// A truth value; false when it is not there.
    public func boolIfPresent(_ key: UInt64) throws(CBORFieldError) -> Bool {
        try fieldIfPresent(key, \.bool) ?? false
    }

    /// Bytes whose count lies in `counts`.
    public func bytes(_ key: UInt64, count counts: ClosedRange<Int>) throws(CBORFieldError) -> [UInt8] {
        try field(key) { $0.bytes.flatMap { counts.contains($0.count) ? $0 : nil } }
    }

    /// Exactly `count` bytes.
    public func bytes(_ key: UInt64, count: Int) throws(CBORFieldError) -> [UInt8] {
        try bytes(key, count: count...count)
    }

    /// Bytes whose count lies in `counts`.
    public func bytesIfPresent(_ key: UInt64, count counts: ClosedRange<Int>) throws(CBORFieldError) -> [UInt8]? {
        try fieldIfPresent(key) { $0.bytes.flatMap { counts.contains($0.count) ? $0 : nil } }
    }

    /// Exactly 32 bytes.
    public func bytes32(_ key: UInt64) throws(CBORFieldError) -> Bytes32 { try field(key, \.bytes32) }

    /// Exactly 32 bytes.
    public func bytes32IfPresent(_ key: UInt64) throws(CBORFieldError) -> Bytes32? {
        try fieldIfPresent(key, \.bytes32)
    }

    /// Text of at most `maximum` bytes of UTF-8.
    public func text(_ key: UInt64, maximum: Int) throws(CBORFieldError) -> String {
        try field(key) { $0.text.flatMap { $0.utf8.count <= maximum ? $0 : nil } }
    }

    /// Text of at most `maximum` bytes of UTF-8.
    public func textIfPresent(_ key: UInt64, maximum: Int) throws(CBORFieldError) -> String? {
        try fieldIfPresent(key) { $0.text.flatMap { $0.utf8.count <= maximum ? $0 : nil } }
    }

    /// At most `maximum` items.
    public func array(_ key: UInt64, maximum: Int) throws(CBORFieldError) -> [CBORValue] {
        try field(key) { $0.array.flatMap { $0.count <= maximum ? $0 : nil } }
    }

    /// At most `maximum` items; none when the field is not there.
    public func arrayIfPresent(_ key: UInt64, maximum: Int) throws(CBORFieldError) -> [CBORValue] {
        try fieldIfPresent(key) { $0.array.flatMap { $0.count <= maximum ? $0 : nil } } ?? []
    }

    /// A map.
    public func map(_ key: UInt64) throws(CBORFieldError) -> CBORMap { try field(key, \.map) }

    /// A map.
    public func mapIfPresent(_ key: UInt64) throws(CBORFieldError) -> CBORMap? { try fieldIfPresent(key, \.map) }
}
