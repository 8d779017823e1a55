public import Basics
import Glibc
public import NetworkLoop
public import Paths
import Platform

/// The ICE agents of this process: libnice on the network thread.
///
/// What agents tell is handed on in the next turn of the loop, never inside a call of the owner. Datagrams are lent in
/// place, in batches of at most 32, as `UDPSocket` does; none of ours costs an allocation.
@NetworkActor
public final class ICEAgents {
    private let event: @NetworkActor (ICEAgentID, ICEEvent) -> Void
    private let received: @NetworkActor (inout MutableRawSpan, ICEAgentID, Instant) -> Void
    private let batchEnded: @NetworkActor () -> Void
    private let report: @NetworkActor (ICEServerReport) -> Void
    private let named: @NetworkActor (String, [IPAddress]) -> Void

    private var servers: [ICEServer] = []
    private var agents: [ICEAgentID: ICEAgent] = [:]
    private var news: [(agent: ICEAgentID, event: ICEEvent)] = []
    private var reports: [ICEServerReport] = []
    private var batch = Batch()
    private var names: ServerNames?
    private var watch: ServerWatch?
    /// Does what waits for the next turn.
    private var turn: LoopTimer?
    /// Ends the wait of agents for names.
    private var patience: LoopTimer?

    private struct Batch {
        var time: Instant?
        var count = 0
        var paused: [ICEAgent] = []
    }

    /// Datagrams handed on in one turn: a flood at an agent must not keep others from theirs, and libnice reads a socket
    /// until it is empty.
    private static let batchCapacity = 32
    /// How long gathering waits for names of servers that were never looked up.
    private static let namePatience = Duration.seconds(1)

    /// `received` is lent each datagram with the moment its batch began; `batchEnded` is called after each batch. `named`
    /// tells where the name of a server leads, after each look.
    public init(
        event: @escaping @NetworkActor (ICEAgentID, ICEEvent) -> Void,
        received: @escaping @NetworkActor (inout MutableRawSpan, ICEAgentID, Instant) -> Void,
        batchEnded: @escaping @NetworkActor () -> Void,
        report: @escaping @NetworkActor (ICEServerReport) -> Void,
        named: @escaping @NetworkActor (String, [IPAddress]) -> Void = { _, _ in }
    ) {
        self.event = event
        self.received = received
        self.batchEnded = batchEnded
        self.report = report
        self.named = named
        turn = LoopTimer { [weak self] in self?.endTurn() }
        patience = LoopTimer { [weak self] in self?.gatherAll(isPatient: false) }
        names = ServerNames { [weak self] name, addresses in self?.learn(addresses, of: name) }
        watch = ServerWatch(
            resolve: { [weak self] in self?.addresses(of: $0, ICEAgent.families()) },
            report: { [weak self] in self?.later($0) })
    }

    /// Sets the servers that agents opened from now on use. Precondition: no TURN over TLS, which libnice has not.
    public func configure(servers: [ICEServer]) {
        for server in servers {
            if case .turn(.tls, _, _) = server.service { preconditionFailure("TURN over TLS does not exist yet") }
        }
        self.servers = servers
        names?.keep(Set(servers.map(\.host)))
        watch?.keep(servers)
    }

    /// Does what the node wants. A command for an agent that is not open does nothing.
    public func carryOut(_ command: ICECommand) {
        switch command {
        case .open(let id, let isControlling, let local, let policy):
            open(id, isControlling: isControlling, local: local, policy: policy)
        case .connect(let id, let remote): agents[id]?.connect(remote)
        case .add(let id, let candidates): agents[id]?.add(candidates)
        case .close(let id):
            agents[id] = nil
            news.removeAll { $0.agent == id }
        }
    }

    /// Sends one datagram on the pair that an agent has selected.
    @discardableResult
    public func send(_ datagram: RawSpan, on id: ICEAgentID) -> UDPSocket.SendResult {
        guard let agent = agents[id], agent.pair != nil, !agent.isFailed else { return .unreachable }
        switch agent.send(datagram) {
        case 0: return .sent
        case EAGAIN: return .wouldBlock
        default: return .unreachable  // libnice does not tell why, or the peer's consent is gone
        }
    }

    // MARK: Opening

    private func open(_ id: ICEAgentID, isControlling: Bool, local: ICECredentials, policy: ICEPolicy) {
        precondition(agents[id] == nil, "this agent is open")
        agents[id] = unsafe ICEAgent(
            id, isControlling: isControlling, local: local, policy: policy,
            told: { [weak self] in self?.hear($0, of: id) },
            received: { [weak self] in unsafe self?.take($0, id) })
        for server in servers { names?.refresh(server.host) }
        gatherAll(isPatient: true)
        watch?.checkNewcomers()
    }

    private func learn(_ addresses: [IPAddress], of name: String) {
        named(name, addresses)
        gatherAll(isPatient: true)
        watch?.askDue()
    }

    /// Starts all agents that have not begun to gather; while names are still looked up, only when nobody is patient.
    private func gatherAll(isPatient: Bool) {
        let waiting = agents.values.filter { $0.servers == nil }.sorted { $0.id < $1.id }
        guard !waiting.isEmpty else { return }
        let families = ICEAgent.families()
        let isAsking = servers.contains { addresses(of: $0, families) == nil }
        guard !isPatient || !isAsking else {
            if patience?.deadline == nil { patience?.set(MonotonicClock.now + Self.namePatience) }
            return
        }
        patience?.set(nil)
        var resolved = servers.compactMap { server in
            addresses(of: server, families)?.first.map {
                ResolvedServer(server: server, address: SocketAddress($0, port: server.port))
            }
        }
        // libnice asks the first STUN server alone: that should be one that answers.
        let faulty = resolved.filter { watch?.isFaulty($0.server) == true }
        resolved = resolved.filter { !faulty.contains($0) } + faulty
        for agent in waiting where !agent.gather(with: resolved) { hear(.failed, of: agent.id) }
    }

    /// A server's addresses, those in the families that this machine has first.
    private func addresses(of server: ICEServer, _ families: [IPAddress.Family]) -> [IPAddress]? {
        names?.addresses(of: server.host).map { all in
            families.flatMap { family in all.filter { $0.family == family } }
                + all.filter { !families.contains($0.family) }
        }
    }

    // MARK: What agents tell

    private func hear(_ told: ICENews, of id: ICEAgentID) {
        guard let agent = agents[id], !agent.isFailed else { return }
        switch told {
        case .candidate(let candidate):
            agent.credit(candidate)
            if agent.policy == .all || candidate.kind == .relayed { later(.candidate(candidate), of: id) }
        case .gathered:
            let useless = agent.uselessServers
            watch?.learn(useful: agent.usefulServers, useless: useless)
            // What it gave another agent is in doubt too, long before consent ends.
            let given = Set(agents.values.flatMap(\.usefulServers))
            for server in useless where given.contains(server) { watch?.lost(server) }
            later(.gathered, of: id)
        case .selected(let pair, let priority):
            guard pair != agent.pair else { return }
            agent.pair = pair
            agent.relay = pair.local == .relayed ? agent.server(ofRelay: priority) : nil
            later(.selected(pair), of: id)
        case .failed:
            agent.isFailed = true
            if let relay = agent.relay { watch?.lost(relay) }
            later(.failed, of: id)
        }
    }

    private func later(_ event: ICEEvent, of id: ICEAgentID) {
        news.append((id, event))
        turn?.set(MonotonicClock.now)
    }

    private func later(_ news: ICEServerReport) {
        reports.append(news)
        turn?.set(MonotonicClock.now)
    }

    // MARK: Datagrams

    private func take(_ bytes: UnsafeMutableRawBufferPointer, _ id: ICEAgentID) {
        let now = batch.time ?? MonotonicClock.now
        if batch.time == nil {
            batch.time = now
            turn?.set(now)
        }
        var span = unsafe MutableRawSpan(_unsafeBytes: bytes)
        received(&span, id, now)
        batch.count += 1
        guard batch.count >= Self.batchCapacity, let agent = agents[id] else { return }
        agent.pause()
        batch.paused.append(agent)
    }

    private func endTurn() {
        if batch.time != nil {
            batch.time = nil
            batch.count = 0
            batchEnded()
        }
        for agent in batch.paused { agent.resume() }
        batch.paused.removeAll(keepingCapacity: true)
        let due = news, told = reports
        news.removeAll(keepingCapacity: true)
        reports.removeAll()
        for item in due where agents[item.agent] != nil { event(item.agent, item.event) }
        for item in told { report(item) }
    }
}
