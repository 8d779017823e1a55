internal import Basics

extension ValueType {
    /// Why a value does not fit: what it is about, and what is allowed there.
    struct Misfit: Error {
        let path: String
        let problem: String
    }

    /// Checks that `value` is of this type; `path` names it.
    func check(_ value: JSONValue, _ path: String, descriptorCount: Int) throws(Misfit) {
        if case .list(let type, let longest) = self, let elements = value.array, elements.count <= longest {
            for (index, element) in elements.enumerated() {
                try type.check(element, "\(path)[\(index)]", descriptorCount: descriptorCount)
            }
        } else if !accepts(value, descriptorCount: descriptorCount) {
            let shown = value.text().prefix(40)
            throw Misfit(path: path, problem: "\"\(path)\" cannot be \(shown); allowed: \(words)")
        }
    }

    /// Whether a value that holds no others is of this type. Parameters never are objects.
    private func accepts(_ value: JSONValue, descriptorCount: Int) -> Bool {
        switch self {
        case .text(let longest): value.string.map { !$0.isEmpty && $0.utf8.count <= longest } ?? false
        case .time: value.string.flatMap { WallTime($0) } != nil
        case .integer(let range): value.number?.int64.map(range.contains) ?? false
        case .number: value.number != nil
        case .boolean: value.bool != nil
        case .choice(let words): value.string.map(words.contains) ?? false
        case .descriptor: value.int.map { (0..<descriptorCount).contains($0) } ?? false
        case .anything: true
        case .list, .object, .table: false
        }
    }

    /// The type in words.
    var words: String {
        switch self {
        case .text(let longest): "a text of 1 to \(longest) bytes"
        case .time: "a moment such as 2026-11-23T17:50:00.123Z"
        case .integer(let range) where range.upperBound == .max: "a whole number from \(range.lowerBound)"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number: "a number"
        case .boolean: "true or false"
        case .choice(let words): words.map { "\"\($0)\"" }.joined(separator: " or ")
        case .descriptor: "the number of a descriptor sent with the line, from 0"
        case .list(let type, let longest): "a list of at most \(longest), each \(type.words)"
        case .object(let fields): "an object of " + fields.map(\.name).joined(separator: ", ")
        case .table(let type): "an object whose values are each \(type.words)"
        case .anything: "any value"
        }
    }
}

extension [Field] {
    /// Checks the members of `object`: all required fields, no unknown ones, none null, each of its type.
    func check(_ object: JSONObject, descriptorCount: Int) throws(ValueType.Misfit) {
        for member in object.members {
            guard let field = first(where: { $0.name == member.name }) else {
                let allowed = isEmpty ? "no parameters" : map(\.name).joined(separator: ", ")
                throw ValueType.Misfit(
                    path: member.name, problem: "unknown name \"\(member.name)\"; allowed: \(allowed)")
            }
            try field.type.check(member.value, field.name, descriptorCount: descriptorCount)
        }
        for field in self where field.isRequired && object[field.name] == nil {
            throw ValueType.Misfit(
                path: field.name, problem: "\"\(field.name)\" is missing; allowed: \(field.type.words)")
        }
    }
}

extension EventType {
    /// Why `data` is not what the documents say of this type; nil when it is. Looks at the names only: events are ours.
    func misfit(of data: JSONObject) -> String? {
        if let unknown = data.names.first(where: { name in !fields.contains { $0.name == name } }) {
            return "unknown field \(unknown)"
        }
        return fields.first { $0.isRequired && data[$0.name] == nil }.map { "missing field \($0.name)" }
    }
}
