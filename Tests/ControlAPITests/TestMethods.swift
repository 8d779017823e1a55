import Basics
import ControlAPI

/// The methods of the examples in the JSON-RPC 2.0 specification, carried out: registered only here.
enum SpecificationMethod: String, RPCMethodName {
    case subtract, sum, update
    case notifyHello = "notify_hello"
    case getData = "get_data"

    var method: Method {
        let number = ValueType.integer(-1_000_000...1_000_000)
        return switch self {
        case .subtract:
            Method(
                "Subtract.", scope: .read,
                takes: [
                    .required("minuend", number, "from this"), .required("subtrahend", number, "this is taken"),
                ])
        case .sum: Method("Add.", scope: .read, takes: [.required("numbers", .list(number, longest: 10), "these")])
        case .update, .notifyHello, .getData: Method("Take note.", scope: .read)
        }
    }

    /// Answers one line as a server with these methods would; nil for no answer.
    static func serve(_ line: String) throws -> JSONValue? {
        let bytes = Array(line.utf8)
        let client = ClientNumber(number: 1)
        let answer: [UInt8]? =
            switch RPCInput<SpecificationMethod>(reading: bytes.rawSpan, from: client) {
            case .nothing: nil
            case .refusal(let line): line
            case .request(let request): request.answer(request.result)
            }
        return try answer.map { line in
            precondition(line.last == UInt8(ascii: "\n") && line.filter { $0 == UInt8(ascii: "\n") }.count == 1)
            return try JSONValue(parsing: line)
        }
    }
}

extension RPCRequest<SpecificationMethod> {
    fileprivate var result: JSONValue {
        switch method {
        case .subtract: JSONValue(parameters.int("minuend") - parameters.int("subtrahend"))
        case .sum: JSONValue(parameters.object["numbers"]?.array?.compactMap(\.int).reduce(0, +) ?? 0)
        case .update, .notifyHello: true
        case .getData: ["hello", 5]
        }
    }
}
