internal import Basics

/// Bytes as text that people can read out and type: base32 in groups of 13 characters, each with a check character
/// of its own, so that a slip is found and its group named.
///
/// The check is a sum over GF(32) with weights α¹…α¹³ plus the number of the group: it catches every single wrong
/// character and every two characters exchanged within a group, and groups that changed places.
public enum GroupedText {
    /// Why a text was refused.
    public enum Failure: Error, Equatable, Sendable {
        /// A character outside the alphabet, in the group with this number (the first is 1).
        case strangeCharacter(group: Int)
        /// The check character of this group does not fit (the first is 1).
        case mistyped(group: Int)
        /// The number of characters fits no text of this kind: something is missing at the end, or too much.
        case wrongLength(have: Int)
    }

    /// Data characters in a full group; with the check character it shows 14.
    public static let groupDataCount = 13

    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    /// The text of `bytes`: lower case, groups joined by hyphens.
    public static func encode(_ bytes: [UInt8]) -> String {
        let symbols = Array(BaseEncoding.base32.encode(bytes).utf8).map { value(of: $0) ?? 0 }
        var groups: [String] = []
        for start in stride(from: 0, to: symbols.count, by: groupDataCount) {
            let data = symbols[start..<min(start + groupDataCount, symbols.count)]
            let shown = (data + [check(data, group: groups.count)]).map { alphabet[Int($0)] }
            groups.append(String(decoding: shown, as: UTF8.self))
        }
        return groups.joined(separator: "-")
    }

    /// The bytes of a text, in either case, with or without hyphens and spaces; 0, 1 and 8 are read as o, l and b.
    public static func decode(_ text: some StringProtocol) throws(Failure) -> [UInt8] {
        let characters = text.utf8.filter { !isSeparator($0) }
        var data: [UInt8] = []
        for start in stride(from: 0, to: characters.count, by: groupDataCount + 1) {
            let number = start / (groupDataCount + 1)
            var symbols: [UInt8] = []
            for character in characters[start..<min(start + groupDataCount + 1, characters.count)] {
                guard let symbol = value(of: character) else { throw .strangeCharacter(group: number + 1) }
                symbols.append(symbol)
            }
            guard symbols.count > 1 else { throw .wrongLength(have: characters.count) }
            let last = symbols.removeLast()
            guard check(symbols[...], group: number) == last else { throw .mistyped(group: number + 1) }
            data += symbols
        }
        let plain = String(decoding: data.map { alphabet[Int($0)] }, as: UTF8.self)
        guard let bytes = BaseEncoding.base32.decode(plain) else { throw .wrongLength(have: characters.count) }
        return bytes
    }

    /// Characters of `text` that are not between groups.
    static func count(of text: some StringProtocol) -> Int { text.utf8.count { !isSeparator($0) } }

    /// Whether `character` can stand in a text of this kind.
    static func isExpected(_ character: UInt8) -> Bool { isSeparator(character) || value(of: character) != nil }

    private static func isSeparator(_ character: UInt8) -> Bool {
        character == UInt8(ascii: "-") || character == UInt8(ascii: " ")
    }

    private static func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a")
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "2")...UInt8(ascii: "7"): character - UInt8(ascii: "2") + 26
        case UInt8(ascii: "0"): UInt8(ascii: "o") - UInt8(ascii: "a")
        case UInt8(ascii: "1"): UInt8(ascii: "l") - UInt8(ascii: "a")
        case UInt8(ascii: "8"): UInt8(ascii: "b") - UInt8(ascii: "a")
        default: nil
        }
    }

    private static func check(_ data: ArraySlice<UInt8>, group: Int) -> UInt8 {
        var weight: UInt8 = 1
        var sum = UInt8(truncatingIfNeeded: group & 31)
        for symbol in data {
            weight = double(weight)
            sum ^= multiply(symbol, weight)
        }
        return sum
    }

    /// Multiplication by α in GF(32) with x⁵ + x² + 1.
    private static func double(_ value: UInt8) -> UInt8 {
        let shifted = value << 1
        return shifted & 32 == 0 ? shifted : shifted ^ 0b10_0101
    }

    private static func multiply(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var power = left
        var product: UInt8 = 0
        for bit in 0..<5 {
            if right >> bit & 1 == 1 { product ^= power }
            power = double(power)
        }
        return product
    }
}
