public import ControlAPI
import Glibc
public import Platform

/// The files of one daemon, in the folders that `Places` names.
public struct HomePaths: Hashable, Sendable {
    /// The folders, and the control socket.
    public let places: Places
    /// The configuration file.
    public let configuration: String

    /// The files below `places`; `configuration` is another file than the usual one.
    public init(_ places: Places, configuration: String? = nil) {
        self.places = places
        self.configuration = configuration ?? places.configurationFile
    }

    /// The files that `environment` and the options `--home`, `--socket` and `--config` say; nil when nothing does.
    public init?(
        environment: [String: String], home: String? = nil, socket: String? = nil, configuration: String? = nil
    ) {
        guard let places = Places(environment: environment, home: home, socket: socket) else { return nil }
        self.init(places, configuration: configuration)
    }

    /// The control socket.
    public var socket: String { places.socket }
    /// The secret keys, a `KeyFile`.
    public var keyFile: String { "\(places.state)/identity.key" }
    /// What the identity shows to everybody, readable while it is locked.
    public var identity: String { "\(places.state)/identity.json" }
    /// The UDP port that was chosen once.
    public var port: String { "\(places.state)/port" }
    /// The `StateStore`.
    public var stateStore: String { "\(places.state)/store.db" }
    /// The folder of all logs, one folder each.
    public var journal: String { "\(places.state)/journal" }
    /// The file of `HomeLock`. It lies with the state that it guards: the runtime folder may be another next time.
    public var lock: String { "\(places.state)/lock" }

    /// Makes the folders that are missing, for this user alone (0700), and takes access to state, data and the
    /// running daemon from others if they had it.
    public func createDirectories() throws(SystemError) {
        try Folder.make(places.configuration)
        for path in [places.state, journal, places.data, places.runtime] {
            try Folder.make(path)
            try Folder.makePrivate(path)
        }
    }
}
