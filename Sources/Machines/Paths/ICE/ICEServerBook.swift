public import Basics

/// What is known of the STUN and TURN servers of the configuration: what became of each, and where their names lead.
public struct ICEServerBook: Sendable {
    /// What became of a server.
    public enum State: Equatable, Sendable {
        /// Nobody has asked it yet.
        case untried
        /// It does what it is for.
        case working
        /// It does not.
        case faulty(ICEServerReport.Fault)
    }

    /// One server.
    public struct Entry: Equatable, Sendable {
        /// Which.
        public let server: ICEServer
        /// What became of it.
        public fileprivate(set) var state: State
    }

    /// All of them, in the order of the configuration, each once.
    public private(set) var entries: [Entry] = []
    private var names: [String: [IPAddress]] = [:]
    /// Faults that one sentence lists at most.
    private static let most = 3

    /// No servers.
    public init() {}

    /// The configuration names these now. What is known of those that stay is kept.
    public mutating func keep(_ servers: [ICEServer]) {
        let known = entries
        entries = []
        for server in servers where !entries.contains(where: { $0.server == server }) {
            entries.append(known.first { $0.server == server } ?? Entry(server: server, state: .untried))
        }
        names = names.filter { name, _ in servers.contains { $0.host == name } }
    }

    /// Something became of a server; true when that is new. One that is no longer in the configuration is left alone.
    @discardableResult
    public mutating func learn(_ report: ICEServerReport) -> Bool {
        guard let index = entries.firstIndex(where: { $0.server == report.server }) else { return false }
        let state = report.fault.map { State.faulty($0) } ?? .working
        defer { entries[index].state = state }
        return state != entries[index].state
    }

    /// The name of a server leads to these addresses.
    public mutating func learn(_ addresses: [IPAddress], of name: String) {
        guard entries.contains(where: { $0.server.host == name }) else { return }
        names[name] = addresses
    }

    /// Where the servers are, as far as it is known: no peer may send us there (PROTOCOL §4).
    public var addresses: [SocketAddress] {
        entries.flatMap { entry in
            (IPAddress(entry.server.host).map { [$0] } ?? names[entry.server.host] ?? []).map {
                SocketAddress($0, port: entry.server.port)
            }
        }
    }

    /// Which servers are of no use and why, in words; nil when none is known to be.
    public var complaint: String? {
        let faults = entries.compactMap { entry -> String? in
            if case .faulty(let fault) = entry.state { "\(entry.server): \(fault)" } else { nil }
        }
        guard !faults.isEmpty else { return nil }
        let more = faults.count > Self.most ? ["and \(faults.count - Self.most) more"] : []
        return (faults.prefix(Self.most) + more).joined(separator: "; ")
    }
}
