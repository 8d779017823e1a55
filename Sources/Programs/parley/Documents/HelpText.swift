/// What `parley help` shows.
enum HelpText {
    /// All commands, a line each.
    static func overview(_ commands: [CommandSpec]) -> String {
        """
        Usage: parley COMMAND [arguments] [options]

        Calls between people and machines: end-to-end encrypted, journalled, without a server.

        Commands:
        \(columns(commands.map { ($0.name, $0.summary) }))
        Options of every command:
        \(columns(OptionSpec.global.map { ($0.usage, $0.summary) }))
        parley help COMMAND tells more about one; the manual page parley(1) tells all.

        """
    }

    /// One command in full, or the lines of a group.
    static func text(about commands: [CommandSpec]) -> String {
        guard commands.count == 1, let spec = commands.first else {
            return "Commands:\n" + columns(commands.map { ($0.usage, $0.summary) })
        }
        var text = "Usage: \(spec.usage)\n\n\(spec.summary)\n"
        for paragraph in spec.details.split(separator: "\n") { text += "\n\(wrap(String(paragraph)))\n" }
        if !spec.arguments.isEmpty { text += "\nArguments:\n" + columns(spec.arguments.map { ($0.name, $0.summary) }) }
        let options = spec.options + OptionSpec.global
        return text + "\nOptions:\n" + columns(options.map { ($0.usage, $0.summary) })
    }

    /// Breaks a paragraph into lines of at most 80 characters.
    private static func wrap(_ text: String) -> String {
        var lines = [""]
        for word in text.split(separator: " ") {
            if lines[lines.count - 1].count + word.count >= 80 { lines.append("") }
            lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
        }
        return lines.joined(separator: "\n")
    }

    private static func columns(_ rows: [(String, String)]) -> String {
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { "  \($0)\(String(repeating: " ", count: width - $0.count))  \($1)\n" }.joined()
    }
}
