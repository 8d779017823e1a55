public import Basics

extension ValueType {
    /// The type as a JSON Schema (draft 7).
    public var schema: JSONValue {
        switch self {
        case .text(let longest): ["type": "string", "minLength": 1, "maxLength": JSONValue(longest)]
        case .time: ["type": "string", "format": "date-time"]
        case .integer(let range):
            JSONValue(members: [
                "type": "integer", "minimum": JSONValue(range.lowerBound),
                "maximum": range.upperBound == .max ? nil : JSONValue(range.upperBound),
            ])
        case .number: ["type": "number"]
        case .boolean: ["type": "boolean"]
        case .choice(let words): ["type": "string", "enum": .array(words.map(JSONValue.string))]
        case .descriptor: ["type": "integer", "minimum": 0, "x-descriptor": true]
        case .list(let type, let longest): ["type": "array", "items": type.schema, "maxItems": JSONValue(longest)]
        case .object(let fields): fields.schema
        case .table(let type): ["type": "object", "additionalProperties": type.schema]
        case .anything: [:]
        }
    }
}

extension [Field] {
    /// The fields as the JSON Schema of an object. Further members may be added in later versions.
    public var schema: JSONValue {
        let properties = map { field in
            var property = field.type.schema.object ?? JSONObject()
            property["description"] = .string(field.summary)
            return (field.name, JSONValue.object(property))
        }
        let required = filter(\.isRequired).map { JSONValue.string($0.name) }
        return JSONValue(members: [
            "type": "object", "properties": .object(JSONObject(properties)),
            "required": required.isEmpty ? nil : .array(required),
        ])
    }
}
