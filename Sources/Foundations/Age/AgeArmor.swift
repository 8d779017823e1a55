internal import Basics

/// The text form of an age file: strict PEM (RFC 7468 §3), one text for each file but for the kind of line ends and
/// white space around it.
public enum AgeArmor {
    private static let begin = "-----BEGIN AGE ENCRYPTED FILE-----"
    private static let end = "-----END AGE ENCRYPTED FILE-----"
    private static let columns = 64

    /// Whether `file` begins as armour does, white space aside.
    public static func isArmored(_ file: [UInt8]) -> Bool {
        file.drop(while: isSpace).starts(with: "-----BEGIN".utf8)
    }

    /// The text of a file.
    public static func encode(_ file: [UInt8]) -> [UInt8] {
        let text = Array(BaseEncoding.base64.encode(file).utf8)
        var armor = Array((begin + "\n").utf8)
        for start in stride(from: 0, to: text.count, by: columns) {
            armor += text[start..<min(start + columns, text.count)] + [UInt8(ascii: "\n")]
        }
        return armor + Array((end + "\n").utf8)
    }

    /// The file in a text.
    public static func decode(_ armor: [UInt8]) throws(AgeError) -> [UInt8] {
        var lines = trimmed(armor).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }[...]
        guard let first = lines.popFirst(), first.elementsEqual(begin.utf8) else { throw .armor("no first line") }
        guard let last = lines.popLast(), last.elementsEqual(end.utf8) else { throw .armor("no last line") }
        guard lines.dropLast().allSatisfy({ $0.count == columns }),
            lines.last.map({ (1...columns).contains($0.count) }) ?? true
        else { throw .armor("a line does not have 64 columns") }
        guard let file = BaseEncoding.base64.decode(String(decoding: lines.joined(), as: UTF8.self)) else {
            throw .armor("not canonical Base64")
        }
        return file
    }

    private static func trimmed(_ text: [UInt8]) -> ArraySlice<UInt8> {
        guard let last = text.lastIndex(where: { !isSpace($0) }) else { return [] }
        return text[...last].drop(while: isSpace)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0d).contains(byte)
    }
}
