import ControlAPI

/// One verb of the command: what it takes, what people read about it, and what carries it out. From these rows come the
/// parser, `--help`, the manual page and the completions.
struct CommandSpec: Sendable {
    /// Its words, such as `["invite", "accept"]`.
    let path: [String]
    /// What it does, in a line.
    let summary: String
    var arguments: [ArgumentSpec] = []
    var options: [OptionSpec] = []
    /// What else there is to say, in paragraphs.
    var details = ""
    /// Carries it out.
    let run: @Sendable (Invocation, Context) throws(Failure) -> ExitCode

    /// The words as they are typed.
    var name: String { path.joined(separator: " ") }

    /// `parley NAME ARGUMENTS… [options]`.
    var usage: String {
        let required = options.filter(\.isRequired).map(\.usage)
        let others = options.contains { !$0.isRequired } ? ["[options]"] : []
        return (["parley", name] + arguments.map(\.usage) + required + others).joined(separator: " ")
    }
}

/// What a value stands for: which completions make sense.
enum ValueKind: Sendable, Equatable {
    case text, number, duration, file, folder, peer, call, uri, method
    case choice([String])
}

/// A positional argument.
struct ArgumentSpec: Sendable {
    enum Arity: Sendable { case one, optional, many }

    let name: String
    let kind: ValueKind
    var arity = Arity.one
    let summary: String

    var usage: String {
        switch arity {
        case .one: name
        case .optional: "[\(name)]"
        case .many: "[\(name)]…"
        }
    }
}

/// An option: `--name`, or `--name VALUE`.
struct OptionSpec: Sendable {
    let name: String
    /// The name of its value and what that stands for; nil for a flag.
    var value: (name: String, kind: ValueKind)?
    var isRepeatable = false
    var isRequired = false
    let summary: String

    static func flag(_ name: String, _ summary: String) -> OptionSpec { OptionSpec(name: name, summary: summary) }

    static func value(
        _ name: String, _ value: String, _ kind: ValueKind, _ summary: String, repeatable: Bool = false,
        required: Bool = false
    ) -> OptionSpec {
        OptionSpec(
            name: name, value: (value, kind), isRepeatable: repeatable, isRequired: required, summary: summary)
    }

    var usage: String { (value.map { "\(name) \($0.name)" } ?? name) + (isRepeatable ? "…" : "") }

    /// What every command takes.
    static let global: [OptionSpec] = [
        .flag("--json", "Print one JSON text, or one a line for what goes on."),
        .flag("--quiet", "Say nothing to people on standard error but errors."),
        .value("--socket", "PATH", .file, "Speak to the daemon at this socket."),
        .flag("--help", "Show what the command takes."),
    ]
}
