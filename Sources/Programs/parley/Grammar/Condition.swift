import Basics

/// What `parley wait until` waits for: values of the daemon's methods, or of the newest event, compared.
///
/// ```
/// condition = all { ("||" | "or") all }          all = test { ("&&" | "and") test }
/// test = ("!" | "not") test | "(" condition ")" | operand [ ("==" | "!=" | "<" | "<=" | ">" | ">=") operand ]
/// operand = JSON number, string, true, false, null | path
/// path = ("event" | METHOD [ "(" name "=" value { "," name "=" value } ")" ]) { "." name | "[" index "]" }
/// ```
/// A path that leads nowhere is null; by itself it holds unless it is null, false or 0. `.count` of a list or an object
/// is how many it holds.
indirect enum Condition: Equatable, Sendable {
    case any([Condition])
    case all([Condition])
    case not(Condition)
    case comparison(Operand, Comparison, Operand)
    case truth(Operand)

    enum Comparison: String, CaseIterable, Sendable {
        // Longer ones first: that is how they are looked for.
        case equal = "=="
        case unequal = "!="
        case atMost = "<="
        case atLeast = ">="
        case less = "<"
        case greater = ">"
    }

    enum Operand: Equatable, Sendable {
        case literal(JSONValue)
        case path(Source, [Step])
    }

    enum Source: Hashable, Sendable {
        case event
        case method(String, JSONObject)
    }

    enum Step: Equatable, Sendable {
        case name(String)
        case index(Int)
    }

    /// The methods whose answers it needs.
    var sources: Set<Source> {
        switch self {
        case .any(let parts), .all(let parts): parts.reduce(into: []) { $0.formUnion($1.sources) }
        case .not(let part): part.sources
        case .comparison(let left, _, let right): left.sources.union(right.sources)
        case .truth(let operand): operand.sources
        }
    }

    /// Whether it holds, with the values that `answers` has for its sources.
    func holds(_ answers: [Source: JSONValue]) -> Bool {
        switch self {
        case .any(let parts): parts.contains { $0.holds(answers) }
        case .all(let parts): parts.allSatisfy { $0.holds(answers) }
        case .not(let part): !part.holds(answers)
        case .comparison(let left, let comparison, let right):
            comparison.holds(left.value(answers), right.value(answers))
        case .truth(let operand):
            ![.null, .bool(false)].contains(operand.value(answers)) && operand.value(answers).double != 0
        }
    }
}

extension Condition.Operand {
    var sources: Set<Condition.Source> { if case .path(let source, _) = self { [source] } else { [] } }

    func value(_ answers: [Condition.Source: JSONValue]) -> JSONValue {
        guard case .path(let source, let steps) = self else {
            guard case .literal(let value) = self else { return .null }
            return value
        }
        return steps.reduce(answers[source] ?? .null) { value, step in
            switch (step, value) {
            case (.index(let index), .array(let elements)): elements.indices.contains(index) ? elements[index] : .null
            case (.name("count"), .array(let elements)): JSONValue(elements.count)
            case (.name("count"), .object(let object)) where object["count"] == nil: JSONValue(object.members.count)
            case (.name(let name), .object(let object)): object[name] ?? .null
            case (.name, _), (.index, _): .null
            }
        }
    }
}

extension Condition.Comparison {
    /// Numbers are compared as numbers and texts as texts; anything else is only equal or not.
    func holds(_ left: JSONValue, _ right: JSONValue) -> Bool {
        if let left = left.double, let right = right.double { return holds(left, right) }
        if let left = left.string, let right = right.string { return holds(left, right) }
        return switch self {
        case .equal: left == right
        case .unequal: left != right
        case .atMost, .atLeast, .less, .greater: false
        }
    }

    private func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
        switch self {
        case .equal: left == right
        case .unequal: left != right
        case .atMost: left <= right
        case .atLeast: left >= right
        case .less: left < right
        case .greater: left > right
        }
    }
}
