/// What a reader of JSON allows where RFC 8259 leaves a choice.
public struct JSONReadingRules: Sendable {
    /// What happens when a name stands twice in an object.
    public enum DuplicateNames: Sendable {
        /// The text is refused (RFC 7493 §2.3).
        case refused
        /// The last value counts, as in ECMAScript.
        case lastCounts
    }

    /// The most arrays and objects inside each other.
    public var maximumDepth = 64
    /// What happens when a name stands twice in an object.
    public var duplicateNames = DuplicateNames.refused

    /// 64 levels, no name twice.
    public init() {}
}

extension JSONValue {
    /// Reads a text of RFC 8259. No byte order mark, no lone surrogate, no number beyond binary64 (RFC 7493).
    public init(parsing text: RawSpan, by rules: JSONReadingRules = JSONReadingRules()) throws(JSONError) {
        var parser = JSONParser(scanner: try JSONScanner(text), rules: rules)
        self = try parser.document()
    }

    /// The same of bytes that nobody borrows.
    public init(parsing text: [UInt8], by rules: JSONReadingRules = JSONReadingRules()) throws(JSONError) {
        try self.init(parsing: text.rawSpan, by: rules)
    }

    /// The same of a text in memory.
    public init(parsing text: String, by rules: JSONReadingRules = JSONReadingRules()) throws(JSONError) {
        let bytes = Array(text.utf8)
        try self.init(parsing: bytes.rawSpan, by: rules)
    }
}

/// Reads one text of RFC 8259 by recursive descent of bounded depth.
private struct JSONParser: ~Escapable {
    var scanner: JSONScanner
    let rules: JSONReadingRules

    @_lifetime(copy scanner)
    init(scanner: consuming JSONScanner, rules: JSONReadingRules) {
        self.scanner = scanner
        self.rules = rules
    }

    mutating func document() throws(JSONError) -> JSONValue {
        skipSpace()
        let value = try value(depth: 0)
        skipSpace()
        guard scanner.isAtEnd else { throw scanner.failure(.trailingText) }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard let byte = scanner.next else { throw scanner.failure() }
        switch byte {
        case UInt8(ascii: "{"): return .object(try object(depth: try deeper(depth)))
        case UInt8(ascii: "["): return .array(try array(depth: try deeper(depth)))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t") where scanner.skip(word: "true"): return true
        case UInt8(ascii: "f") where scanner.skip(word: "false"): return false
        case UInt8(ascii: "n") where scanner.skip(word: "null"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        default: throw scanner.failure()
        }
    }

    private func deeper(_ depth: Int) throws(JSONError) -> Int {
        guard depth < rules.maximumDepth else { throw scanner.failure(.tooDeep(limit: rules.maximumDepth)) }
        return depth + 1
    }

    private mutating func skipSpace() {
        while let byte = scanner.next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            scanner.offset += 1
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
        var elements: [JSONValue] = []
        scanner.offset += 1
        skipSpace()
        if scanner.skip("]") { return elements }
        while true {
            elements.append(try value(depth: depth))
            skipSpace()
            if scanner.skip("]") { return elements }
            guard scanner.skip(",") else { throw scanner.failure() }
            skipSpace()
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
        var members: [JSONObject.Member] = []
        var places: [Int] = []
        scanner.offset += 1
        skipSpace()
        if scanner.skip("}") { return JSONObject() }
        while true {
            places.append(scanner.offset)
            guard scanner.next == UInt8(ascii: "\"") else { throw scanner.failure() }
            let name = try string()
            skipSpace()
            guard scanner.skip(":") else { throw scanner.failure() }
            skipSpace()
            members.append(JSONObject.Member(name: name, value: try value(depth: depth)))
            skipSpace()
            if scanner.skip("}") { return try object(of: members, places: places) }
            guard scanner.skip(",") else { throw scanner.failure() }
            skipSpace()
        }
    }

    private func object(of members: [JSONObject.Member], places: [Int]) throws(JSONError) -> JSONObject {
        let object = JSONObject(members: members)
        guard let index = object.firstRepeat else { return object }
        switch rules.duplicateNames {
        case .refused: throw scanner.failure(.duplicateName(members[index].name), at: places[index])
        case .lastCounts:
            var merged = JSONObject()
            for member in members { merged[member.name] = member.value }
            return merged
        }
    }

    private mutating func string() throws(JSONError) -> String {
        scanner.offset += 1
        let start = scanner.offset
        skipPlainCharacters()
        if scanner.next == UInt8(ascii: "\"") {  // most strings have no escape: one copy
            defer { scanner.offset += 1 }
            return scanner.text(from: start)
        }
        var text = scanner.text(from: start)
        while !scanner.skip("\"") {
            guard scanner.skip("\\") else { throw scanner.failure(.controlCharacter) }
            text.unicodeScalars.append(try escape())
            let start = scanner.offset
            skipPlainCharacters()
            text += scanner.text(from: start)
        }
        return text
    }

    private mutating func skipPlainCharacters() {
        while let byte = scanner.next, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
            scanner.offset += 1
        }
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        guard let byte = scanner.next else { throw scanner.failure() }
        scanner.offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try scanner.unicodeEscape()
        default: throw scanner.failure(.invalidEscape, at: scanner.offset - 1)
        }
    }

    private mutating func number() throws(JSONError) -> JSONNumber {
        let start = scanner.offset
        _ = scanner.skip("-")
        if !scanner.skip("0"), scanner.skipDigits() == 0 { throw scanner.failure(.invalidNumber) }
        var canOverflow = scanner.offset - start > 300
        if scanner.skip("."), scanner.skipDigits() == 0 { throw scanner.failure(.invalidNumber) }
        if scanner.skip("e") || scanner.skip("E") {
            if !scanner.skip("+") { _ = scanner.skip("-") }
            guard scanner.skipDigits() > 0 else { throw scanner.failure(.invalidNumber) }
            canOverflow = true
        }
        let number = JSONNumber(checked: scanner.text(from: start))
        guard !canOverflow || number.double.isFinite else { throw scanner.failure(.numberOutOfRange, at: start) }
        return number
    }
}
