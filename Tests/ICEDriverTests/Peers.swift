import Basics
import ICEDriver
import NetworkLoop
import Paths

/// Two agents of one driver, each of which is told what the other found.
@NetworkActor final class Peers {
    static let caller = ICEAgentID(rawValue: 1), callee = ICEAgentID(rawValue: 2)

    private(set) var events: [ICEAgentID: [ICEEvent]] = [:]
    private(set) var datagrams: [ICEAgentID: [[UInt8]]] = [:]
    private(set) var reports: [ICEServerReport] = []
    /// Where the names of servers lead.
    private(set) var names: [String: [IPAddress]] = [:]
    private(set) var batches = 0
    /// Whether each candidate is handed to the other side as soon as it is found.
    var isTrickling = true
    /// Called with each datagram, in the middle of its batch.
    var datagramCame: ((ICEAgentID) -> Void)?
    private var waiting: [(condition: () -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    private var made: ICEAgents?

    init(servers: [ICEServer] = []) {
        let agents = ICEAgents(
            event: { [unowned self] agent, event in hear(event, of: agent) },
            received: { [unowned self] bytes, agent, _ in
                datagrams[agent, default: []].append([UInt8](bytes.bytes))
                datagramCame?(agent)
            },
            batchEnded: { [unowned self] in
                batches += 1
                wake()
            },
            report: { [unowned self] report in
                reports.append(report)
                wake()
            },
            named: { [unowned self] name, addresses in names[name] = addresses })
        agents.configure(servers: servers)
        made = agents
    }

    var agents: ICEAgents {
        guard let made else { preconditionFailure("closed") }
        return made
    }

    /// Opens an agent; the caller controls. What it shall be opened in is set around this: it gathers before it returns.
    func open(_ agent: ICEAgentID, policy: ICEPolicy = .all) -> ICECredentials {
        var random = SystemRandomNumberGenerator()
        let local = ICECredentials(using: &random)
        agents.carryOut(.open(agent, isControlling: agent == Self.caller, local: local, policy: policy))
        return local
    }

    /// Tells each side the other's credentials.
    func connect(_ caller: ICECredentials, _ callee: ICECredentials) {
        agents.carryOut(.connect(Self.caller, remote: callee))
        agents.carryOut(.connect(Self.callee, remote: caller))
    }

    func close() { for agent in [Self.caller, Self.callee] { agents.carryOut(.close(agent)) } }

    /// Lets go of the driver itself.
    func drop() { made = nil }

    /// Returns when `condition` holds; it is looked at after all that is told.
    func until(_ condition: @escaping () -> Bool) async {
        guard !condition() else { return }
        await withCheckedContinuation { waiting.append((condition, $0)) }
    }

    func untilConnected() async {
        await until { [unowned self] in pair(of: Self.caller) != nil && pair(of: Self.callee) != nil }
    }

    /// The pair that was selected last.
    func pair(of agent: ICEAgentID) -> ICEPair? {
        events[agent]?.reversed().compactMap { if case .selected(let pair) = $0 { pair } else { nil } }.first
    }

    func candidates(of agent: ICEAgentID) -> [ICECandidate] {
        events[agent]?.compactMap { if case .candidate(let candidate) = $0 { candidate } else { nil } } ?? []
    }

    func isTold(_ event: ICEEvent, by agent: ICEAgentID) -> Bool { events[agent]?.contains(event) == true }

    /// What was reported last of `server`.
    func report(of server: ICEServer) -> ICEServerReport? { reports.last { $0.server == server } }

    /// Forgets what was told.
    func forget() { (events, datagrams) = ([:], [:]) }

    private func hear(_ event: ICEEvent, of agent: ICEAgentID) {
        events[agent, default: []].append(event)
        if case .candidate(let candidate) = event, isTrickling {
            agents.carryOut(.add(agent == Self.caller ? Self.callee : Self.caller, [candidate]))
        }
        wake()
    }

    private func wake() {
        let ready = waiting.filter { $0.condition() }
        waiting.removeAll { $0.condition() }
        for waiter in ready { waiter.continuation.resume() }
    }
}
