/// Takes command lines apart by the table of commands.
struct ArgumentParser {
    let commands: [CommandSpec]

    /// Verbs that are promised, and that no command line may use for anything else.
    private static let later = [
        ["hold"], ["verify"], ["room"], ["record"], ["consent"], ["file"], ["send"], ["book"], ["net", "check"],
        ["net", "explain"], ["net", "relays"],
    ]

    /// What a command line asks for.
    enum Request {
        case run(Invocation)
        /// Help about one command, or about a group of them, or about all.
        case help([CommandSpec])
    }

    /// Reads the words behind the program's name.
    func parse(_ words: [String]) throws(Failure) -> Request {
        var rest = words.map { $0 == "-h" ? "--help" : $0 }
        if rest.first == "--version" { rest[0] = "version" }
        let isHelp = rest.first == "help" || rest.prefix { $0 != "--" }.contains("--help")
        if rest.first == "help" { rest.removeFirst() }
        let path = commandWords(of: rest)
        if let later = Self.later.first(where: { path.starts(with: $0) }) {
            throw .usage("\"parley \(later.joined(separator: " "))\" is not in this version")
        }
        if isHelp { return .help(try commands(named: path)) }
        guard !path.isEmpty else { throw .usage("what shall be done? parley help lists the commands") }
        guard let spec = commands.first(where: { path.starts(with: $0.path) }) else {
            let group = try commands(named: Array(path.prefix(1)))
            let allowed = group.map { $0.path[1] }.joined(separator: ", ")
            throw .usage(
                path.count == 1
                    ? "parley \(path[0]) what? allowed: \(allowed)"
                    : "there is no \"parley \(path[0]) \(path[1])\"; allowed: \(allowed)")
        }
        return .run(try invocation(of: spec, rest))
    }

    /// The words that can name a command: at most two, before which only global options may stand.
    private func commandWords(of words: [String]) -> [String] {
        var path: [String] = [], index = 0
        while index < words.count, path.count < 2 {
            let name = words[index].split(separator: "=", maxSplits: 1).first.map(String.init)
            if let option = OptionSpec.global.first(where: { $0.name == name }) {
                index += option.value != nil && name == words[index] ? 2 : 1
            } else if words[index].hasPrefix("-"), words[index] != "-" {
                break
            } else {
                path.append(words[index])
                index += 1
            }
        }
        return path
    }

    /// The command of these words, or the group that they begin; all without any.
    private func commands(named path: [String]) throws(Failure) -> [CommandSpec] {
        if let exact = commands.first(where: { path.starts(with: $0.path) }) { return [exact] }
        let found = commands.filter { $0.path.starts(with: path.prefix(1)) }
        guard found.isEmpty else { return found }
        let near = Set(commands.map { $0.path[0] }).sorted().filter { Self.distance($0, path[0]) <= 2 }
        let hint = near.isEmpty ? "parley help lists the commands" : "did you mean \(near.joined(separator: " or "))?"
        throw .usage("there is no \"parley \(path[0])\"; \(hint)")
    }

    // MARK: Options and arguments

    private func invocation(of spec: CommandSpec, _ words: [String]) throws(Failure) -> Invocation {
        var options: [String: [String]] = [:], positional: [String] = []
        var index = 0
        while index < words.count {
            let word = words[index]
            index += 1
            if word == "--" {
                positional += words[index...]
                break
            } else if word.hasPrefix("-"), word != "-" {
                try takeOption(word, spec, words, &index, into: &options)
            } else {
                positional.append(word)
            }
        }
        for option in spec.options where option.isRequired && options[option.name] == nil {
            throw .usage("\(option.usage) is missing; usage: \(spec.usage)")
        }
        let arguments = try distribute(Array(positional.dropFirst(spec.path.count)), over: spec)
        return Invocation(spec: spec, arguments: arguments, options: options)
    }

    private func takeOption(
        _ word: String, _ spec: CommandSpec, _ words: [String], _ index: inout Int,
        into options: inout [String: [String]]
    ) throws(Failure) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let option = (spec.options + OptionSpec.global).first(where: { $0.name == parts[0] }) else {
            let allowed = (spec.options + OptionSpec.global).map(\.name).joined(separator: ", ")
            throw .usage("parley \(spec.name) has no option \(parts[0]); allowed: \(allowed)")
        }
        guard option.isRepeatable || options[option.name] == nil else {
            throw .usage("\(option.name) stands twice")
        }
        guard let value = option.value else {
            guard parts.count == 1 else { throw .usage("\(option.name) takes no value") }
            options[option.name, default: []].append("")
            return
        }
        if parts.count == 1 {
            guard index < words.count else { throw .usage("\(option.name) wants a \(value.name)") }
            options[option.name, default: []].append(words[index])
            index += 1
        } else {
            options[option.name, default: []].append(parts[1])
        }
        try check(options[option.name]?.last ?? "", value.kind, option.name)
    }

    private func distribute(_ words: [String], over spec: CommandSpec) throws(Failure) -> [String: [String]] {
        var rest = words[...], values: [String: [String]] = [:]
        for argument in spec.arguments {
            let taken = argument.arity == .many ? rest : rest.prefix(1)
            guard argument.arity != .one || !taken.isEmpty else {
                throw .usage("\(argument.name) is missing; usage: \(spec.usage)")
            }
            for word in taken { try check(word, argument.kind, argument.name) }
            values[argument.name] = Array(taken)
            rest = rest.dropFirst(taken.count)
        }
        guard rest.isEmpty else { throw .usage("\"\(rest.first ?? "")\" is too much; usage: \(spec.usage)") }
        return values
    }

    private func check(_ word: String, _ kind: ValueKind, _ name: String) throws(Failure) {
        guard case .choice(let words) = kind, !words.contains(word) else { return }
        throw .usage("\(name) cannot be \"\(word)\"; allowed: \(words.joined(separator: ", "))")
    }

    /// The fewest characters to change, add or leave out to make one word of the other (Levenshtein).
    static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (index, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let change = diagonal + (character == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(change, row[column] + 1, row[column + 1] + 1)
            }
        }
        return row[right.count]
    }
}
