import Basics
import ControlAPI
import Glibc
import Platform

/// What every command works with: where the daemon is, and how to speak to people and programs.
struct Context: Sendable {
    /// All commands: for help and completions.
    let commands: [CommandSpec]
    /// Whether one JSON text, or one a line, goes to standard output.
    let isJSON: Bool
    /// Whether people are told nothing but errors.
    let isQuiet: Bool
    /// The socket that the command line names.
    let socketOption: String?
    /// Where results go.
    private(set) var output = STDOUT_FILENO

    init(commands: [CommandSpec], isJSON: Bool, isQuiet: Bool, socket: String?) {
        self.commands = commands
        self.isJSON = isJSON || Self.environment["PARLEY_JSON"] == "1"
        self.isQuiet = isQuiet
        socketOption = socket
    }

    /// The variables that mean something to us.
    static let environment: [String: String] = {
        let names = [
            "PARLEY_HOME", "PARLEY_SOCKET", "PARLEY_JSON", "HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME",
            "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
        ]
        return Dictionary(
            uniqueKeysWithValues: names.compactMap { name in
                guard let value = unsafe getenv(name) else { return nil }
                return (name, unsafe String(cString: value))
            })
    }()

    /// Where the daemon is.
    func places() throws(Failure) -> Places {
        guard let places = Places(environment: Self.environment, socket: socketOption) else {
            throw Failure(
                .configuration, "configuration", "neither PARLEY_HOME nor HOME is set",
                hint: "Say where the daemon is: --socket PATH.")
        }
        return places
    }

    /// A connection to the daemon.
    func connect() throws(Failure) -> Client { try Client(to: try places().socket) }

    /// Whether people see standard error.
    var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
    /// How many columns the terminal of standard error has; nil when it is none, or does not tell.
    var columns: Int? {
        var size = winsize()
        guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
    /// Whether people can be asked.
    var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isTerminal }

    // MARK: Output

    /// Writes the result: as JSON, or in the words that `words` makes of it.
    func show(_ result: JSONValue, _ words: (JSONValue) -> String) {
        write(isJSON ? result.text() : words(result))
    }

    /// The same, with results on standard error while something else goes to standard output.
    func leavingStandardOutput(isTaken: Bool) -> Context {
        var context = self
        if isTaken { context.output = STDERR_FILENO }
        return context
    }

    /// Writes one line, or several, to `output` at once.
    func write(_ text: String) {
        guard !text.isEmpty else { return }
        let bytes = Array((text.hasSuffix("\n") ? text : text + "\n").utf8)
        let output = Descriptor(owning: output)
        let result = Result { () throws(SystemError) in try output.writeAll(bytes.rawSpan) }
        _ = output.release()
        if case .failure = result { exit(ExitCode.inputOutput.rawValue) }  // nobody reads what we write
    }

    /// Tells people something, on standard error.
    func say(_ text: @autoclosure () -> String) {
        if !isQuiet { Self.sayAlways(text() + "\n") }
    }

    static func sayAlways(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
