import Basics

extension Condition {
    /// Reads a condition; throws with the place where it cannot be understood.
    init(parsing text: String) throws(Failure) {
        var parser = ConditionParser(text: text, rest: text[...])
        self = try parser.condition()
        guard parser.rest.allSatisfy(\.isWhitespace) else { throw parser.failure("\"||\", \"&&\" or the end") }
    }
}

/// Reads a condition by recursive descent; the command line bounds its depth.
private struct ConditionParser {
    let text: String
    var rest: Substring

    func failure(_ allowed: String) -> Failure {
        let column = text.distance(from: text.startIndex, to: rest.startIndex) + 1
        return .usage("the condition cannot be understood from column \(column) on; allowed: \(allowed)")
    }

    mutating func condition() throws(Failure) -> Condition {
        var parts = [try all()]
        while skip("||") || skip(word: "or") { parts.append(try all()) }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func all() throws(Failure) -> Condition {
        var parts = [try test()]
        while skip("&&") || skip(word: "and") { parts.append(try test()) }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func test() throws(Failure) -> Condition {
        if skip("!") || skip(word: "not") { return .not(try test()) }
        if skip("(") {
            let inner = try condition()
            guard skip(")") else { throw failure("\")\"") }
            return inner
        }
        let left = try operand()
        for comparison in Condition.Comparison.allCases where skip(comparison.rawValue) {
            return .comparison(left, comparison, try operand())
        }
        return .truth(left)
    }

    private mutating func operand() throws(Failure) -> Condition.Operand {
        skipSpace()
        guard let first = rest.first else { throw failure("a value") }
        if first == "\"" || first == "-" || first.isNumber { return .literal(try literal()) }
        for (word, value) in [("true", JSONValue.bool(true)), ("false", .bool(false)), ("null", .null)]
        where skip(word: word) {
            return .literal(value)
        }
        return try path()
    }

    /// A JSON number or string: up to its end as JSON has it.
    private mutating func literal() throws(Failure) -> JSONValue {
        var end = rest.index(after: rest.startIndex)
        if rest.first == "\"" {
            while end < rest.endIndex, rest[end] != "\"" {
                end = rest.index(end, offsetBy: rest[end] == "\\" ? 2 : 1, limitedBy: rest.endIndex) ?? rest.endIndex
            }
            if end < rest.endIndex { end = rest.index(after: end) }
        } else {
            while end < rest.endIndex, rest[end].isNumber || ".eE+-".contains(rest[end]) {
                end = rest.index(after: end)
            }
        }
        guard let value = try? JSONValue(parsing: String(rest[..<end])) else {
            throw failure("a JSON number or string")
        }
        rest = rest[end...]
        return value
    }

    private mutating func path() throws(Failure) -> Condition.Operand {
        let source: Condition.Source
        if skip(word: "event") {
            source = .event
        } else {
            let topic = try name()
            guard skip(".") else { throw failure("a method such as daemon.status, or event") }
            let method = "\(topic).\(try name())"
            source = .method(method, skip("(") ? try parameters() : JSONObject())
        }
        var steps: [Condition.Step] = []
        while true {
            if skip(".") {
                steps.append(.name(try name()))
            } else if skip("[") {
                guard let index = Int(rest.prefix { $0.isNumber }) else { throw failure("a number") }
                rest = rest.drop { $0.isNumber }
                guard skip("]") else { throw failure("\"]\"") }
                steps.append(.index(index))
            } else {
                return .path(source, steps)
            }
        }
    }

    private mutating func parameters() throws(Failure) -> JSONObject {
        var object = JSONObject()
        repeat {
            skipSpace()
            let name = try name()
            guard skip("=") else { throw failure("\"=\"") }
            skipSpace()
            if let first = rest.first, first == "\"" || first.isNumber {
                object[name] = try literal()
            } else {
                object[name] = .string(try self.name())
            }
        } while skip(",")
        guard skip(")") else { throw failure("\",\" or \")\"") }
        return object
    }

    private mutating func name() throws(Failure) -> String {
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
        guard !name.isEmpty else { throw failure("a name") }
        rest = rest[name.endIndex...]
        return String(name)
    }

    private mutating func skipSpace() { rest = rest.drop { $0.isWhitespace } }

    private mutating func skip(_ token: String) -> Bool {
        let trimmed = rest.drop { $0.isWhitespace }
        guard trimmed.hasPrefix(token) else { return false }
        rest = trimmed.dropFirst(token.count)
        return true
    }

    /// A word that does not go on as a name.
    private mutating func skip(word: String) -> Bool {
        let before = rest
        guard skip(word), rest.first.map({ !$0.isLetter && !$0.isNumber && $0 != "_" }) ?? true else {
            rest = before
            return false
        }
        return true
    }
}
