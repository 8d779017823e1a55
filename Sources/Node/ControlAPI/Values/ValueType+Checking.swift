public import Basics

extension ValueType {
    /// Why a value does not fit: what it is about, and what is allowed there.
    struct Misfit: Error {
        let path: String
        let problem: String
    }

    /// Checks that `value` is of this type, and all that it holds; `path` names it.
    func check(_ value: JSONValue, _ path: String, descriptorCount: Int) throws(Misfit) {
        switch (self, value) {
        case (.list(let type, let longest), .array(let elements)) where elements.count <= longest:
            for (index, element) in elements.enumerated() {
                try type.check(element, "\(path)[\(index)]", descriptorCount: descriptorCount)
            }
        case (.object(let fields), .object(let object)):
            try fields.check(object, in: "\(path).", descriptorCount: descriptorCount)
        case (.table(let type), .object(let object)):
            for member in object.members {
                try type.check(member.value, "\(path).\(member.name)", descriptorCount: descriptorCount)
            }
        default:
            guard !accepts(value, descriptorCount: descriptorCount) else { return }
            let shown = value.text().prefix(40)
            throw Misfit(path: path, problem: "\"\(path)\" cannot be \(shown); allowed: \(words)")
        }
    }

    /// Whether a value that holds no others is of this type.
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
    func check(_ object: JSONObject, in prefix: String = "", descriptorCount: Int) throws(ValueType.Misfit) {
        for member in object.members {
            let path = prefix + member.name
            guard let field = first(where: { $0.name == member.name }) else {
                let allowed = isEmpty ? "no parameters" : map(\.name).joined(separator: ", ")
                throw ValueType.Misfit(path: path, problem: "unknown name \"\(path)\"; allowed: \(allowed)")
            }
            try field.type.check(member.value, path, descriptorCount: descriptorCount)
        }
        for field in self where field.isRequired && object[field.name] == nil {
            let path = prefix + field.name
            throw ValueType.Misfit(path: path, problem: "\"\(path)\" is missing; allowed: \(field.type.words)")
        }
    }
}

extension EventType {
    /// What is wrong with the names in `data`; nil when they are those of this type. Cheap enough for every event.
    func misnomer(in data: JSONObject) -> String? {
        if let unknown = data.names.first(where: { name in !fields.contains { $0.name == name } }) {
            return "unknown field \(unknown)"
        }
        return fields.first { $0.isRequired && data[$0.name] == nil }.map { "missing field \($0.name)" }
    }

    /// Why `data` is not what the documents say of this type, in names and values; nil when it is. For tests.
    public func misfit(of data: JSONValue) -> String? { fields.misfit(of: data) }
}

extension Method {
    /// Why `answer` is not what the documents say the method gives; nil when it is. For tests.
    public func misfit(of answer: JSONValue) -> String? { result.misfit(of: answer) }
}

extension [Field] {
    fileprivate func misfit(of value: JSONValue) -> String? {
        do throws(ValueType.Misfit) {
            try ValueType.object(self).check(value, "result", descriptorCount: 0)
            return nil
        } catch { return error.problem }
    }
}
