import Basics

/// A command line, taken apart by its specification. Asking for what the specification does not have is our own mistake.
struct Invocation: Sendable {
    let spec: CommandSpec
    /// The values of each positional argument, by its name.
    let arguments: [String: [String]]
    /// The values of each option that was given, by its name; a flag has an empty one.
    let options: [String: [String]]

    /// An argument that must be there.
    func argument(_ name: String) -> String {
        guard let value = argumentIfPresent(name) else { preconditionFailure("\(spec.name) has no argument \(name)") }
        return value
    }

    /// An argument; nil when it was not given.
    func argumentIfPresent(_ name: String) -> String? { argumentList(name).first }

    /// All values of an argument that may be given many times.
    func argumentList(_ name: String) -> [String] {
        precondition(spec.arguments.contains { $0.name == name }, "\(spec.name) has no argument \(name)")
        return arguments[name] ?? []
    }

    /// The value of an option; nil when it was not given.
    func option(_ name: String) -> String? { optionList(name).first }

    /// All values of an option that may be repeated.
    func optionList(_ name: String) -> [String] {
        precondition((spec.options + OptionSpec.global).contains { $0.name == name }, "\(spec.name) has no \(name)")
        return options[name] ?? []
    }

    /// Whether a flag was given.
    func flag(_ name: String) -> Bool { !optionList(name).isEmpty }

    /// The value of an option as a time; throws with what is allowed.
    func duration(_ name: String) throws(Failure) -> Duration? {
        guard let text = option(name) else { return nil }
        guard let duration = Duration(words: text) else {
            throw .usage("\(name) cannot be \"\(text)\"; allowed: a time such as 10s, 250ms, 2m or 1h")
        }
        return duration
    }

    /// The value of an option as a whole number; throws with what is allowed.
    func integer(_ name: String) throws(Failure) -> Int? {
        guard let text = option(name) else { return nil }
        guard let number = Int(text), number >= 0 else {
            throw .usage("\(name) cannot be \"\(text)\"; allowed: a whole number from 0")
        }
        return number
    }

    /// The value of an option as words joined by commas.
    func words(_ name: String) -> [String]? {
        option(name).map { $0.split(separator: ",").map(String.init) }
    }
}

extension Duration {
    /// Reads `10s`, `1.5s`, `250ms`, `2m`, `1h`; a bare number is seconds. Nil for anything else, and for more than a year.
    init?(words text: String) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let seconds: [String: Double] = ["": 1, "s": 1, "ms": 0.001, "m": 60, "h": 3600]
        guard let value = Double(number), let unit = seconds[String(text.dropFirst(number.count))],
            value * unit < 366 * 86_400
        else { return nil }
        self = .milliseconds(Int64(value * unit * 1000))
    }
}
