/// Where one daemon keeps its things and can be spoken to (CONTRACT §1).
public struct Places: Hashable, Sendable {
    /// The folders of configuration, state (journal, store), data (recordings), and of the running daemon.
    public let configuration: String, state: String, data: String, runtime: String
    /// The control socket.
    public let socket: String

    /// The configuration file.
    public var configurationFile: String { "\(configuration)/parley.json5" }

    /// The places that `environment` names: all under `PARLEY_HOME` if set, else by the XDG base directories. `home`
    /// and `socket` are what the command line says, and come first. Nil when nothing says where: neither
    /// `PARLEY_HOME` nor `HOME` is set.
    public init?(environment: [String: String], home: String? = nil, socket: String? = nil) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        func folder(_ name: String, _ fallback: String) -> String? {
            // The base directory specification: a path that is not absolute is ignored.
            if let path = value(name), path.hasPrefix("/") { return path }
            return value("HOME").map { "\($0)/\(fallback)" }
        }
        let runtimeFolder: String
        if let home = home ?? value("PARLEY_HOME") {
            configuration = "\(home)/config"
            state = "\(home)/state"
            data = "\(home)/data"
            runtimeFolder = "\(home)/run"
        } else {
            guard let config = folder("XDG_CONFIG_HOME", ".config"),
                let state = folder("XDG_STATE_HOME", ".local/state"),
                let data = folder("XDG_DATA_HOME", ".local/share")
            else { return nil }
            configuration = "\(config)/parley"
            self.state = "\(state)/parley"
            self.data = "\(data)/parley"
            // Without a session there is no runtime folder; the state folder is as private.
            let session = value("XDG_RUNTIME_DIR").flatMap { $0.hasPrefix("/") ? "\($0)/parley" : nil }
            runtimeFolder = session ?? "\(state)/parley/run"
        }
        runtime = runtimeFolder
        self.socket = socket ?? value("PARLEY_SOCKET") ?? "\(runtimeFolder)/parley.sock"
    }
}
