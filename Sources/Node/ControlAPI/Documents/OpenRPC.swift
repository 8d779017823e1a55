public import Basics

/// The description of the control protocol for programs: OpenRPC 1.3.2, answered by `rpc.discover` and written by
/// `parleyd --openrpc`.
public enum OpenRPC {
    /// The version of the control protocol: the first number changes when something is taken away or renamed.
    public static let apiVersion = "1.0"

    /// The whole document.
    public static let document: JSONValue = [
        "openrpc": "1.3.2",
        "info": [
            "title": "Parley control protocol", "version": .string(apiVersion),
            "description": .string(description),
        ],
        "methods": .array(MethodName.allCases.map(describe) + notifications),
        "components": ["errors": .object(JSONObject(ErrorKind.allCases.map { ($0.rawValue, error($0)) }))],
    ]

    private static let description =
        "JSON-RPC 2.0 over a Unix stream socket: UTF-8, one JSON text a line, parameters by name, no batches. "
        + "Answers may come out of order. The server's first line is the notification hello."

    private static func describe(_ name: MethodName) -> JSONValue {
        let method = name.method
        return [
            "name": .string(name.rawValue), "summary": .string(method.summary), "paramStructure": "by-name",
            "params": .array(method.parameters.map(describe)),
            "result": ["name": "result", "schema": method.result.schema],
            "errors": .array(name.errors.map { ["$ref": .string("#/components/errors/\($0.rawValue)")] }),
            "x-scope": .string(method.scope.rawValue),
        ]
    }

    private static func describe(_ field: Field) -> JSONValue {
        [
            "name": .string(field.name), "description": .string(field.summary), "required": .bool(field.isRequired),
            "schema": field.type.schema,
        ]
    }

    /// Notifications are methods without a result (OpenRPC 1.3.0); these go from the server to the client.
    private static let notifications: [JSONValue] = [
        notification("hello", "The first line to every client.", helloFields),
        notification(
            "event", "Something happened. The types and their data are listed by events.types.", EventType.envelope),
    ]

    static let helloFields: [Field] = [
        .required("api", .text(longest: 16), "the version of this protocol"),
        .required("boot", .text(longest: 64), "names this run of the daemon"),
        .required("seq", .count, "the number of the newest event"),
        .required(
            "peer",
            .object([
                .required("uid", .count, "the client's user"),
                .required("scopes", .list(.choice(Scope.allCases.map(\.rawValue)), longest: 16), "what it may do"),
            ]), "who the client is, as the system says"),
    ]

    private static func notification(_ name: String, _ summary: String, _ fields: [Field]) -> JSONValue {
        [
            "name": .string(name), "summary": .string(summary), "paramStructure": "by-name",
            "params": .array(fields.map(describe)), "x-direction": "server",
        ]
    }

    private static func error(_ kind: ErrorKind) -> JSONValue {
        [
            "code": JSONValue(kind.row.code), "message": .string(kind.row.title),
            "data": [
                "kind": .string(kind.rawValue), "retryable": .bool(kind.row.isRetryable),
                "hint": .string(kind.row.hint), "exit": JSONValue(kind.row.exit.rawValue),
            ],
        ]
    }
}

extension EventType {
    /// The answer of `events.types`.
    public static let description: JSONValue = [
        "types": .array(
            allCases.map { type in
                ["type": .string(type.rawValue), "summary": .string(type.summary), "data": type.fields.schema]
            })
    ]
}
