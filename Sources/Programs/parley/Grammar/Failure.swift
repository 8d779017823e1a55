import Basics
import ControlAPI
import Platform

/// Why the command did not do what it was asked for, and how it ends.
struct Failure: Error, Sendable {
    /// How the command ends.
    let exit: ExitCode
    /// The stable word for what went wrong.
    let kind: String
    /// What went wrong, for people.
    let message: String
    /// What to do about it, for people.
    var hint: String?
    /// The error as the daemon told it.
    private var told: JSONValue?

    init(_ exit: ExitCode, _ kind: String, _ message: String, hint: String? = nil) {
        self.exit = exit
        self.kind = kind
        self.message = message
        self.hint = hint
    }

    /// The system refused to do something with `subject`.
    init(_ error: SystemError, _ subject: String) {
        self.init(error.isExhausted ? .tryAgain : .inputOutput, "io", "\(subject): \(error)")
    }

    /// An error of the daemon.
    init(told error: JSONValue) {
        let data = error["data"], detail = data?["detail"]?.string
        let title = error["message"]?.string ?? "an error without a message"
        let number = data?["exit"]?.int.flatMap { Int32(exactly: $0) } ?? ExitCode.bug.rawValue
        self.init(
            ExitCode(rawValue: number) ?? .bug, data?["kind"]?.string ?? "internal_error",
            detail.map { title.contains($0) ? title : "\(title): \($0)" } ?? title, hint: data?["hint"]?.string)
        told = error
    }

    /// Wrong use of the command.
    static func usage(_ message: String) -> Failure { Failure(.usage, "usage", message) }

    /// What `--json` prints: the same form as on the control socket.
    var json: JSONValue {
        let own: JSONValue = [
            "message": .string(message),
            "data": JSONValue(members: [
                "kind": .string(kind), "hint": hint.map(JSONValue.string), "exit": JSONValue(exit.rawValue),
            ]),
        ]
        return ["error": told ?? own]
    }
}
