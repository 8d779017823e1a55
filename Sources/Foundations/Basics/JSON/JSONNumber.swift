/// A JSON number, kept as the text that was read: no digit is lost on the way through.
///
/// Its value is finite as binary64 (RFC 7493 §2.2), which the reader checks. Two numbers are equal when their texts are.
public struct JSONNumber: Hashable, Sendable {
    /// The text, in the grammar of RFC 8259 §6.
    public let text: String

    /// Takes a text that the reader has checked.
    init(checked text: String) { self.text = text }

    /// A whole number.
    public init(_ value: some FixedWidthInteger) { text = String(value) }

    /// The shortest text that reads back as `value`; nil when it is infinite or NaN.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        text = Self.canonicalText(of: value)
    }

    /// The whole number that this is; nil for a fraction or more than 64 bits. `1.0` and `1e3` are whole; such forms
    /// are read up to 2^53, beyond which binary64 cannot tell.
    public var int64: Int64? {
        if let value = Int64(text) { return value }
        guard text.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }),
            abs(double) <= 0x1p53
        else { return nil }
        return Int64(exactly: double)
    }

    /// The nearest binary64 number.
    public var double: Double { Double(text) ?? 0 }
}

extension JSONNumber {
    /// The form of RFC 8785 §3.2.2.3: the value as binary64, as ECMAScript writes it.
    public var canonicalText: String {
        // Up to 15 digits of a whole number are exact and stand as they are; a leading zero cannot be.
        let digits = text.utf8.count - (text.utf8.first == UInt8(ascii: "-") ? 1 : 0)
        let isShortWhole = digits <= 15 && text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || (48...57).contains($0) }
        if isShortWhole { return text == "-0" ? "0" : text }
        return Self.canonicalText(of: double)
    }

    /// ECMA-262 §6.1.6.1.20 Number::toString, from the shortest digits that the standard library finds.
    /// Precondition: `value` is finite.
    static func canonicalText(of value: Double) -> String {
        guard value != 0 else { return "0" }
        let (digits, exponent) = shortestDigits(of: value.magnitude)
        let sign = value < 0 ? "-" : ""
        let count = digits.count
        func text(_ part: some Sequence<UInt8>) -> String { String(decoding: Array(part), as: UTF8.self) }
        func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }
        switch exponent {  // value = 0.digits × 10^exponent
        case count...21 where exponent >= count: return sign + text(digits) + zeros(exponent - count)
        case 1...21: return sign + text(digits.prefix(exponent)) + "." + text(digits.dropFirst(exponent))
        case -5...0: return sign + "0." + zeros(-exponent) + text(digits)
        default:
            let fraction = count > 1 ? "." + text(digits.dropFirst()) : ""
            return sign + text(digits.prefix(1)) + fraction + "e" + (exponent > 0 ? "+" : "-")
                + String(abs(exponent - 1))
        }
    }

    /// The fewest ASCII digits that name `value` among all binary64 numbers, none of them an outer zero, and the power
    /// of ten that `0.digits` is multiplied by.
    private static func shortestDigits(of value: Double) -> (digits: [UInt8], exponent: Int) {
        let parts = value.description.split(separator: "e")  // such as 123.45, 5e-324 or 1.5e+300
        let whole = parts[0].split(separator: ".")[0].utf8.count
        var digits = parts[0].utf8.filter { $0 != UInt8(ascii: ".") }
        let leadingZeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(leadingZeros)
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        let shift = parts.count > 1 ? Int(parts[1].drop { $0 == "+" }) ?? 0 : 0
        return (digits, whole - leadingZeros + shift)
    }
}
