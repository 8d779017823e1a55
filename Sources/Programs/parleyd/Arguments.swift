/// The command line of the daemon (CONTRACT §1).
struct Arguments {
    /// What was asked for.
    enum Task { case run, showOpenRPC, showVersion, showHelp }

    var task = Task.run
    var home: String?
    var socket: String?
    var configuration: String?

    /// Why the command line was refused, for people.
    struct Refusal: Error { let reason: String }

    static let help = """
        usage: parleyd [--home DIR] [--socket PATH] [--config FILE]

        The daemon of Parley: one for each person and machine. It runs in the foreground and logs to stderr.

          --home DIR      keep everything of this daemon under DIR (like PARLEY_HOME)
          --socket PATH   the control socket (like PARLEY_SOCKET)
          --config FILE   the configuration, JSON5
          --openrpc       print the control protocol as OpenRPC, and exit
          --version       print the version, and exit
          --help          print this, and exit

        """

    init(_ words: [String]) throws(Refusal) {
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "--openrpc": task = .showOpenRPC
            case "--version": task = .showVersion
            case "--help", "-h": task = .showHelp
            case "--home": home = try Self.value(of: word, home, &rest)
            case "--socket": socket = try Self.value(of: word, socket, &rest)
            case "--config": configuration = try Self.value(of: word, configuration, &rest)
            default: throw Refusal(reason: "unknown argument \(word)")
            }
        }
    }

    private static func value(
        of word: String, _ present: String?, _ rest: inout ArraySlice<String>
    ) throws(Refusal) -> String {
        guard present == nil else { throw Refusal(reason: "\(word) was given twice") }
        guard let value = rest.popFirst(), !value.isEmpty else { throw Refusal(reason: "\(word) needs a value") }
        return value
    }
}
