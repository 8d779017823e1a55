import ControlAPI

/// The manual page parley(1), made from the table of commands and the table of exit codes.
enum ManualPage {
    /// The whole page as man(7) source.
    static func source(_ commands: [CommandSpec]) -> String {
        ([head] + [".SH COMMANDS\n"] + commands.map(section) + [global, exitStatus, tail]).joined()
    }

    private static let head = """
        .\\" Made from the table of commands; a test compares it.
        .TH PARLEY 1 "" "Parley \(Version.text)" "User Commands"
        .SH NAME
        parley \\- call people and machines, end-to-end encrypted, without a server
        .SH SYNOPSIS
        .B parley
        .I command
        .RI [ arguments ]
        .RI [ options ]
        .SH DESCRIPTION
        A thin client of the daemon
        .BR parleyd :
        every verb is one method of its control protocol, or its stream of events.
        Data goes to standard output, words for people to standard error.
        Off the terminal there is no prompt and no progress bar.

        """

    private static func section(_ spec: CommandSpec) -> String {
        var text = ".SS \"\(escape(spec.usage))\"\n\(escape(spec.summary))\n"
        for paragraph in spec.details.split(separator: "\n") { text += ".PP\n\(escape(String(paragraph)))\n" }
        for argument in spec.arguments { text += item(argument.name, argument.summary) }
        for option in spec.options { text += item(option.usage, option.summary) }
        return text
    }

    private static var global: String {
        ".SH OPTIONS\nEvery command takes these.\n" + OptionSpec.global.map { item($0.usage, $0.summary) }.joined()
    }

    private static var exitStatus: String {
        ".SH EXIT STATUS\n" + ExitCode.allCases.map { item("\($0.rawValue)", $0.meaning + ".") }.joined()
    }

    private static let tail =
        ".SH ENVIRONMENT\n"
        + item("PARLEY_HOME", "One folder for everything of a daemon; several daemons on one machine have one each.")
        + item("PARLEY_SOCKET", "The control socket, before anything else but \\-\\-socket.")
        + item("PARLEY_JSON", "When 1, as if \\-\\-json were given.")
        + ".SH FILES\n"
        + item("$PARLEY_HOME/run/parley.sock, $XDG_RUNTIME_DIR/parley/parley.sock", "The control socket.")
        + item(
            "$PARLEY_HOME/config/parley.json5, $XDG_CONFIG_HOME/parley/parley.json5", "The configuration of the daemon."
        )
        + ".SH EXAMPLES\n.nf\nparley id create \\-\\-name Alice\n"
        + "parley invite create | ssh bob parley invite accept \\-\n"
        + "parley call bob \\-\\-source file:talk.wav \\-\\-sink file:heard.wav \\-\\-duration 10s \\-\\-json\n"
        + "parley call bob \\-\\-source file:talk.wav \\-\\-source file:talk.y4m \\-\\-sink file:seen.webm\n"
        + "parley stats last \\-\\-plot call.svg\n"
        + "parley answer \\-\\-next \\-\\-source test:speech \\-\\-sink null:\n.fi\n"

    private static func item(_ term: String, _ text: String) -> String {
        ".TP\n.B \(escape(term))\n\(escape(text))\n"
    }

    /// A hyphen is a hyphen and a backslash a backslash; a point or an apostrophe at the beginning is no command.
    private static func escape(_ text: String) -> String {
        let plain = text.replacing("\\-", with: "-").replacing("\\", with: "\\e").replacing("-", with: "\\-")
            .replacing("\"", with: "\\(dq").replacing("…", with: "...")
        return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
    }
}
