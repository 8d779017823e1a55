/// What shells offer while a command is typed: words, options and choices from the table of commands; names of contacts
/// from the daemon, if it answers quickly.
enum Completions {
    /// The shells that are served.
    enum Shell: String, CaseIterable { case bash, zsh, fish }

    /// The script for one shell.
    static func script(for shell: Shell, _ commands: [CommandSpec]) -> String {
        switch shell {
        case .bash: bash(commands)
        case .zsh: zsh(commands)
        case .fish: fish(commands)
        }
    }

    private static func verbs(_ commands: [CommandSpec]) -> [String] {
        commands.map { $0.path[0] }.reduce(into: []) { verbs, verb in if verbs.last != verb { verbs.append(verb) } }
    }

    private static func subverbs(_ commands: [CommandSpec], of verb: String) -> [String] {
        commands.filter { $0.path[0] == verb && $0.path.count == 2 }.map { $0.path[1] }
    }

    /// The verbs that want a second one.
    private static func groups(_ commands: [CommandSpec]) -> String {
        verbs(commands).filter { !subverbs(commands, of: $0).isEmpty }.joined(separator: " ")
    }

    /// The words to offer where the command is known: its options, and its choices.
    private static func offers(_ spec: CommandSpec) -> [String] {
        (spec.options + OptionSpec.global).map(\.name)
            + spec.arguments.flatMap { argument -> [String] in
                if case .choice(let words) = argument.kind { words } else { [] }
            }
    }

    private static func takesPeer(_ spec: CommandSpec) -> Bool { spec.arguments.contains { $0.kind == .peer } }

    // MARK: bash

    private static func bash(_ commands: [CommandSpec]) -> String {
        var cases = ""
        for verb in verbs(commands) where !subverbs(commands, of: verb).isEmpty {
            cases += "        \(verb)) words=\"\(subverbs(commands, of: verb).joined(separator: " "))\" ;;\n"
        }
        for spec in commands {
            let peers = takesPeer(spec) ? "; _parley_peers" : ""
            cases += "        \"\(spec.name)\") words=\"\(offers(spec).joined(separator: " "))\"\(peers) ;;\n"
        }
        return """
            # Completions of parley(1) for bash: made from the table of commands.
            # Names of contacts are quoted, never expanded: others chose them.
            _parley_peers() {
                local peer quoted
                while IFS= read -r peer; do
                    printf -v quoted %q "$peer"
                    case "$word" in
                        [\\"\\']*) [[ "$peer" == "${word:1}"* && "$peer" != *[\\"\\'\\$\\`\\\\!]* ]] && COMPREPLY+=("$peer") ;;
                        *) [[ "$quoted" == "$word"* ]] && COMPREPLY+=("$quoted") ;;
                    esac
                done < <(parley complete peers 2>/dev/null)
            }
            _parley() {
                local word="${COMP_WORDS[COMP_CWORD]}" name="${COMP_WORDS[1]}" words=""
                COMPREPLY=()
                case " \(groups(commands)) " in
                    *" $name "*) [ "$COMP_CWORD" -gt 2 ] && name="$name ${COMP_WORDS[2]}" ;;
                esac
                [ "$COMP_CWORD" -eq 1 ] && name=""
                case "$name" in
                    "") words="\(verbs(commands).joined(separator: " "))" ;;
            \(cases)    esac
                mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W "$words" -- "$word")
                if [ ${#COMPREPLY[@]} -eq 0 ]; then
                    compopt -o filenames 2>/dev/null
                    mapfile -t COMPREPLY < <(compgen -f -- "$word")
                fi
            }
            complete -F _parley parley

            """
    }

    // MARK: zsh

    private static func zsh(_ commands: [CommandSpec]) -> String {
        func quote(_ text: String) -> String {
            text.replacing("'", with: "'\\''").replacing("[", with: "\\[").replacing("]", with: "\\]").replacing(
                ":", with: "\\:")
        }
        func first(_ verb: String) -> String {
            commands.first { $0.path == [verb] }?.summary ?? "\(verb) …"
        }
        var cases = ""
        for verb in verbs(commands) where !subverbs(commands, of: verb).isEmpty {
            let rows = commands.filter { $0.path[0] == verb && $0.path.count == 2 }
                .map { "'\($0.path[1]):\(quote($0.summary))'" }
            cases += "        \(verb)) local -a verbs=(\(rows.joined(separator: " "))); _describe command verbs ;;\n"
        }
        for spec in commands {
            let options = (spec.options + OptionSpec.global).map { option in
                "'\(option.isRepeatable ? "*" : "")\(option.name)\(option.value == nil ? "" : "=")[\(quote(option.summary))]"
                    + (option.value.map { ":\($0.name):\(action($0.kind))" } ?? "") + "'"
            }
            // The words of the command count as arguments.
            let arguments = spec.arguments.enumerated().map { index, argument in
                let place = argument.arity == .many ? "*" : "\(spec.path.count + index + 1)"
                return "'\(place):\(argument.name):\(action(argument.kind))'"
            }
            cases += "        '\(spec.name)') _arguments \((options + arguments).joined(separator: " ")) ;;\n"
        }
        let rows = verbs(commands).map { "'\($0):\(quote(first($0)))'" }
        return """
            #compdef parley
            # Completions of parley(1) for zsh: made from the table of commands.
            _parley_peers() { local -a peers=(${(f)"$(parley complete peers 2>/dev/null)"}); compadd -a peers }
            _parley() {
                if (( CURRENT == 2 )); then
                    local -a verbs=(\(rows.joined(separator: " ")))
                    _describe command verbs
                    return
                fi
                local name="$words[2]"
                case " \(groups(commands)) " in
                    *" $name "*) (( CURRENT > 3 )) && name="$name $words[3]" ;;
                esac
                case "$name" in
            \(cases)    esac
            }
            _parley "$@"

            """
    }

    private static func action(_ kind: ValueKind) -> String {
        switch kind {
        case .file, .uri: "_files"
        case .folder: "_files -/"
        case .peer: "_parley_peers"
        case .choice(let words): "(\(words.joined(separator: " ")))"
        case .text, .number, .duration, .call, .method: " "
        }
    }

    // MARK: fish

    private static func fish(_ commands: [CommandSpec]) -> String {
        func quote(_ text: String) -> String { "'" + text.replacing("'", with: "\\'") + "'" }
        var lines = ["# Completions of parley(1) for fish: made from the table of commands."]
        for verb in verbs(commands) {
            let summary =
                commands.first { $0.path == [verb] }?.summary ?? subverbs(commands, of: verb).joined(separator: ", ")
            lines.append("complete -c parley -f -n __fish_use_subcommand -a \(verb) -d \(quote(summary))")
        }
        for spec in commands {
            var condition = "__fish_seen_subcommand_from \(spec.path[0])"
            if spec.path.count == 2 {
                let others = subverbs(commands, of: spec.path[0]).joined(separator: " ")
                lines.append(
                    "complete -c parley -f -n '\(condition); and not __fish_seen_subcommand_from \(others)' "
                        + "-a \(spec.path[1]) -d \(quote(spec.summary))")
                condition += "; and __fish_seen_subcommand_from \(spec.path[1])"
            }
            for option in spec.options {
                let value = option.value.map {
                    $0.kind == .file || $0.kind == .uri || $0.kind == .folder ? " -r -F" : " -x"
                }
                lines.append(
                    "complete -c parley -n '\(condition)' -l \(option.name.dropFirst(2))\(value ?? "") -d \(quote(option.summary))"
                )
            }
            for case .choice(let words) in spec.arguments.map(\.kind) {
                lines.append("complete -c parley -f -n '\(condition)' -a '\(words.joined(separator: " "))'")
            }
            if takesPeer(spec) {
                lines.append("complete -c parley -f -n '\(condition)' -a '(parley complete peers 2>/dev/null)'")
            }
        }
        for option in OptionSpec.global {
            let value = option.value == nil ? "" : " -r -F"
            lines.append("complete -c parley -l \(option.name.dropFirst(2))\(value) -d \(quote(option.summary))")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
