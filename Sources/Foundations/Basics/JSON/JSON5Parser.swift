extension JSON5Node {
    /// Reads a JSON5 text of at most 64 levels. `Infinity` and `NaN`, a lone surrogate and a name that stands twice are
    /// refused: no setting means any of them.
    public init(parsing text: RawSpan) throws(JSONError) {
        var parser = JSON5Parser(scanner: try JSONScanner(text))
        self = try parser.document()
    }

    /// Reads a JSON5 text.
    public init(parsing text: String) throws(JSONError) {
        let bytes = Array(text.utf8)
        try self.init(parsing: bytes.rawSpan)
    }
}

/// Reads one text of JSON5 by recursive descent of bounded depth.
private struct JSON5Parser: ~Escapable {
    static let maximumDepth = 64

    var scanner: JSONScanner
    var line = 1

    @_lifetime(copy scanner)
    init(scanner: consuming JSONScanner) { self.scanner = scanner }

    mutating func document() throws(JSONError) -> JSON5Node {
        try skipSpace()
        let node = try node(depth: 0)
        try skipSpace()
        guard scanner.isAtEnd else { throw scanner.failure(.trailingText) }
        return node
    }

    private mutating func node(depth: Int) throws(JSONError) -> JSON5Node {
        let line = line
        return JSON5Node(content: try content(depth: depth), line: line)
    }

    private mutating func content(depth: Int) throws(JSONError) -> JSON5Node.Content {
        guard depth <= Self.maximumDepth else { throw scanner.failure(.tooDeep(limit: Self.maximumDepth)) }
        guard let byte = scanner.next else { throw scanner.failure() }
        switch byte {
        case UInt8(ascii: "{"): return .object(try members(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try elements(depth: depth + 1))
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try string())
        case UInt8(ascii: "t") where skip(keyword: "true"): return .bool(true)
        case UInt8(ascii: "f") where skip(keyword: "false"): return .bool(false)
        case UInt8(ascii: "n") where skip(keyword: "null"): return .null
        default: return .number(try number())
        }
    }

    private mutating func skip(keyword: StaticString) -> Bool {
        let start = scanner.offset
        if scanner.skip(word: keyword), scanner.nextScalar.map({ !$0.isIdentifierPart }) ?? true { return true }
        scanner.offset = start
        return false
    }

    // MARK: White space and comments

    private mutating func skipSpace() throws(JSONError) {
        while let scalar = scanner.nextScalar {
            if scalar == "/" {
                try skipComment()
            } else if scalar.isJSON5Space || scalar.isLineTerminator {
                step(over: scalar)
            } else {
                return
            }
        }
    }

    private mutating func skipComment() throws(JSONError) {
        let start = scanner.offset
        if scanner.skip(word: "//") {
            while let scalar = scanner.nextScalar, !scalar.isLineTerminator { step(over: scalar) }
        } else if scanner.skip(word: "/*") {
            while !scanner.skip(word: "*/") {
                guard let scalar = scanner.nextScalar else { throw scanner.failure(.unexpectedEnd, at: start) }
                step(over: scalar)
            }
        } else {
            throw scanner.failure()
        }
    }

    /// Goes on by one character; a line feed begins a line, which is how editors and `JSONError` count too.
    private mutating func step(over scalar: Unicode.Scalar) {
        if scalar == "\n" { line += 1 }
        scanner.offset += UTF8.width(scalar)
    }

    // MARK: Arrays and objects

    private mutating func elements(depth: Int) throws(JSONError) -> [JSON5Node] {
        var elements: [JSON5Node] = []
        scanner.offset += 1
        try skipSpace()
        while !scanner.skip("]") {
            elements.append(try node(depth: depth))
            try skipSpace()
            guard scanner.skip(",") || scanner.next == UInt8(ascii: "]") else { throw scanner.failure() }
            try skipSpace()
        }
        return elements
    }

    private mutating func members(depth: Int) throws(JSONError) -> [JSON5Node.Member] {
        var members: [JSON5Node.Member] = []
        var names: Set<[UInt8]> = []
        scanner.offset += 1
        try skipSpace()
        while !scanner.skip("}") {
            let start = scanner.offset, line = line, name = try name()
            guard names.insert(Array(name.utf8)).inserted else {
                throw scanner.failure(.duplicateName(name), at: start)
            }
            try skipSpace()
            guard scanner.skip(":") else { throw scanner.failure() }
            try skipSpace()
            members.append(JSON5Node.Member(name: name, line: line, value: try node(depth: depth)))
            try skipSpace()
            guard scanner.skip(",") || scanner.next == UInt8(ascii: "}") else { throw scanner.failure() }
            try skipSpace()
        }
        return members
    }

    private mutating func name() throws(JSONError) -> String {
        if scanner.next == UInt8(ascii: "\"") || scanner.next == UInt8(ascii: "'") { return try string() }
        var name = ""
        while let next = scanner.nextScalar, next == "\\" || next.isIdentifierPart {
            let start = scanner.offset
            step(over: next)
            var scalar = next
            if next == "\\" {
                guard scanner.skip("u") else { throw scanner.failure(.invalidEscape) }
                scalar = try scanner.unicodeEscape()
            }
            guard name.isEmpty ? scalar.isIdentifierStart : scalar.isIdentifierPart else {
                throw scanner.failure(.unexpectedCharacter, at: start)
            }
            name.unicodeScalars.append(scalar)
        }
        guard !name.isEmpty else { throw scanner.failure() }
        return name
    }

    // MARK: Strings

    private mutating func string() throws(JSONError) -> String {
        guard let quote = scanner.nextScalar else { throw scanner.failure() }
        step(over: quote)
        var text = ""
        while let scalar = scanner.nextScalar, scalar != "\n", scalar != "\r" {
            step(over: scalar)
            if scalar == quote { return text }
            if scalar != "\\" {
                text.unicodeScalars.append(scalar)
            } else if let escaped = try escape() {
                text.unicodeScalars.append(escaped)
            }
        }
        throw scanner.failure()
    }

    /// The character after a backslash; nil for a line that goes on.
    private mutating func escape() throws(JSONError) -> Unicode.Scalar? {
        guard let scalar = scanner.nextScalar else { throw scanner.failure() }
        step(over: scalar)
        switch scalar {
        case "b": return "\u{8}"
        case "f": return "\u{C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{B}"
        case "x": return Unicode.Scalar(UInt8(truncatingIfNeeded: try scanner.hexadecimal(digits: 2)))
        case "u": return try scanner.unicodeEscape()
        case "0":
            if let next = scanner.next, (48...57).contains(next) { throw scanner.failure(.invalidEscape) }
            return "\0"
        case "1"..."9": throw scanner.failure(.invalidEscape, at: scanner.offset - 1)
        case "\r":
            if scanner.nextScalar == "\n" { step(over: "\n") }
            return nil
        case "\n", "\u{2028}", "\u{2029}": return nil
        default: return scalar
        }
    }

    // MARK: Numbers

    private mutating func number() throws(JSONError) -> JSONNumber {
        let start = scanner.offset
        let isNegative = scanner.skip("-")
        if !isNegative { _ = scanner.skip("+") }
        if skip(keyword: "Infinity") { throw scanner.failure(.numberOutOfRange, at: start) }
        if skip(keyword: "NaN") { throw scanner.failure(.invalidNumber, at: start) }
        let isHexadecimal = scanner.skip(word: "0x") || scanner.skip(word: "0X")
        let magnitude = isHexadecimal ? try hexadecimalDigits() : try decimalDigits()
        if scanner.nextScalar?.isIdentifierPart == true { throw scanner.failure(.invalidNumber) }
        let number = JSONNumber(checked: (isNegative ? "-" : "") + magnitude)
        guard number.double.isFinite else { throw scanner.failure(.numberOutOfRange, at: start) }
        return number
    }

    /// Hexadecimal digits, as decimal ones.
    private mutating func hexadecimalDigits() throws(JSONError) -> String {
        let start = scanner.offset
        while let scalar = scanner.nextScalar, Character(scalar).isHexDigit { step(over: scalar) }
        guard scanner.offset > start else { throw scanner.failure(.invalidNumber) }
        guard let value = UInt64(scanner.text(from: start), radix: 16) else {
            throw scanner.failure(.numberOutOfRange, at: start)
        }
        return String(value)
    }

    /// A decimal number in the grammar of JSON, which wants digits on both sides of a point.
    private mutating func decimalDigits() throws(JSONError) -> String {
        let start = scanner.offset
        let wholeCount = scanner.skip("0") ? 1 : scanner.skipDigits()
        var text = wholeCount > 0 ? scanner.text(from: start) : "0"
        var fractionCount = 0
        if scanner.skip(".") {
            let start = scanner.offset
            fractionCount = scanner.skipDigits()
            if fractionCount > 0 { text += "." + scanner.text(from: start) }
        }
        guard wholeCount + fractionCount > 0 else {
            scanner.offset = start
            throw scanner.failure()
        }
        let exponent = scanner.offset
        if scanner.skip("e") || scanner.skip("E") {
            if !scanner.skip("+") { _ = scanner.skip("-") }
            guard scanner.skipDigits() > 0 else { throw scanner.failure(.invalidNumber) }
            text += scanner.text(from: exponent)
        }
        return text
    }
}

extension JSONScanner {
    /// The character at the place; nil at the end. The bytes are known to be UTF-8.
    fileprivate var nextScalar: Unicode.Scalar? {
        guard let first = next else { return nil }
        let count = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard count > 1 else { return Unicode.Scalar(first) }
        var value = UInt32(first) & (0x7F >> UInt32(count))
        for index in 1..<count { value = value << 6 | UInt32(bytes.byte(at: offset + index) & 0x3F) }
        return Unicode.Scalar(value)
    }
}

extension Unicode.Scalar {
    /// JSON5 §8: LF, CR, and the two separators of Unicode.
    fileprivate var isLineTerminator: Bool { self == "\n" || self == "\r" || self == "\u{2028}" || self == "\u{2029}" }

    /// JSON5 §8: the other characters between tokens.
    fileprivate var isJSON5Space: Bool {
        self == " " || ("\t"..."\u{C}").contains(self) && self != "\n" || self == "\u{FEFF}"
            || properties.generalCategory == .spaceSeparator
    }

    /// ECMAScript 5.1 §7.6, IdentifierStart, without the backslash.
    fileprivate var isIdentifierStart: Bool {
        if self == "$" || self == "_" { return true }
        return switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .letterNumber: true
        default: false
        }
    }

    /// ECMAScript 5.1 §7.6, IdentifierPart, without the backslash.
    fileprivate var isIdentifierPart: Bool {
        if isIdentifierStart || self == "\u{200C}" || self == "\u{200D}" { return true }
        return switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .decimalNumber, .connectorPunctuation: true
        default: false
        }
    }
}
