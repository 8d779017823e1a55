/// The description of the control protocol for people: `Docs/API.md`, made from the same tables as everything else.
public enum APIReference {
    /// The whole document.
    public static var markdown: String {
        ([introduction] + methods + [events, errors, exitCodes]).joined(separator: "\n")
    }

    private static let introduction = """
        # The control protocol

        This page is made from the tables in `Sources/Node/ControlAPI`; a test compares it with them. Programs read the
        same as OpenRPC 1.3.2 from `rpc.discover` or `parleyd --openrpc`. Names are added to, never renamed.

        JSON-RPC 2.0 over a Unix stream socket (`$PARLEY_HOME/run/parley.sock`, else `$XDG_RUNTIME_DIR/parley/parley.sock`):
        UTF-8, one JSON text a line, at most 1,048,576 bytes a line with its line feed. Parameters go by name; a batch is
        refused. Answers may come out of order. The server's first line is the notification `hello`. Files are opened by
        the client and passed as descriptors with the request's line (SCM_RIGHTS); parameters name them by number, and
        within a URI `fd=0` does.

        An error is `{code, message, data: {kind, retryable, hint, exit, detail?, subject?, retry_after_ms?}}`.

        """

    private static var methods: [String] {
        ["## Methods\n"] + MethodName.allCases.map(section)
    }

    private static func section(_ name: MethodName) -> String {
        let method = name.method
        var text = "### `\(name.rawValue)`\n\n\(method.summary) Scope `\(method.scope.rawValue)`.\n"
        if !method.parameters.isEmpty { text += "\nTakes\n\n" + list(method.parameters) }
        if !method.result.isEmpty { text += "\nGives\n\n" + list(method.result) }
        if !name.errors.isEmpty {
            text += "\nFails with " + name.errors.map { "`\($0.rawValue)`" }.joined(separator: ", ") + ".\n"
        }
        return text
    }

    private static func list(_ fields: [Field], indent: String = "") -> String {
        fields.map { field in
            let mark = field.isRequired ? "" : " (optional)"
            let inner = field.type.innerFields.map { list($0, indent: indent + "  ") } ?? ""
            return "\(indent)- `\(field.name)`\(mark): \(field.type.briefWords) — \(field.summary)\n" + inner
        }.joined()
    }

    private static var events: String {
        let types = EventType.allCases.map { "### `\($0.rawValue)`\n\n\($0.summary)\n\n" + list($0.fields) }
        return "## Events\n\nAn event is the notification `event` with\n\n" + list(EventType.envelope) + "\n"
            + types.joined(separator: "\n")
    }

    private static var errors: String {
        let rows = ErrorKind.allCases.map { kind in
            let row = kind.row
            return "| \(row.code) | `\(kind.rawValue)` | \(row.exit.rawValue) | \(row.isRetryable ? "yes" : "no") "
                + "| \(row.title) | \(row.hint) |\n"
        }
        return "## Errors\n\n| code | kind | exit | retryable | message | hint |\n|---|---|---|---|---|---|\n"
            + rows.joined()
    }

    private static var exitCodes: String {
        "## Exit codes\n\n| exit | meaning |\n|---|---|\n"
            + ExitCode.allCases.map { "| \($0.rawValue) | \($0.meaning) |\n" }.joined()
    }
}

extension ValueType {
    /// The fields of an object, or of the objects in a list.
    fileprivate var innerFields: [Field]? {
        switch self {
        case .object(let fields): fields
        case .list(let type, _), .table(let type): type.innerFields
        case .text, .time, .integer, .number, .boolean, .choice, .descriptor, .anything: nil
        }
    }

    /// The type in words, when the fields of objects follow below.
    fileprivate var briefWords: String {
        switch self {
        case .object: "an object"
        case .list(let type, let longest): "a list of at most \(longest), each \(type.briefWords)"
        case .text, .time, .integer, .number, .boolean, .choice, .descriptor, .table, .anything: words
        }
    }
}
