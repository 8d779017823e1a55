public import Basics

/// Why a request failed, as the client is told.
public struct ControlError: Error, Hashable, Sendable {
    /// What went wrong.
    public let kind: ErrorKind
    /// The facts of this case, in a sentence for people.
    public var detail: String?
    /// What to do about it, when the table's hint does not fit this case.
    public var hint: String?
    /// What it is about: the name of a parameter, a peer, a call, a URI.
    public var subject: String?
    /// When trying again makes sense.
    public var retryAfter: Duration?

    /// An error of `kind`.
    public init(
        _ kind: ErrorKind, _ detail: String? = nil, subject: String? = nil, hint: String? = nil,
        retryAfter: Duration? = nil
    ) {
        self.kind = kind
        self.detail = detail
        self.subject = subject
        self.hint = hint
        self.retryAfter = retryAfter
    }

    /// What people read: the title of the kind, and the facts. The five errors of JSON-RPC keep the words of its
    /// specification; their facts stand in `data.detail` alone.
    public var message: String {
        guard let detail, kind.row.code > 0 else { return kind.row.title }
        return "\(kind.row.title): \(detail)"
    }

    /// The `error` member of a response (JSON-RPC 2.0 §5.1, CONTRACT §2).
    public var json: JSONValue {
        let row = kind.row
        return [
            "code": JSONValue(row.code), "message": .string(message),
            "data": JSONValue(members: [
                "kind": .string(kind.rawValue), "retryable": .bool(row.isRetryable),
                "retry_after_ms": retryAfter.map { JSONValue($0.nanoseconds / 1_000_000) },
                "hint": .string(hint ?? row.hint), "detail": detail.map(JSONValue.string),
                "subject": subject.map(JSONValue.string), "exit": JSONValue(row.exit.rawValue),
            ]),
        ]
    }
}
