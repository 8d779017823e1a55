public import Basics

/// The ICE agents of one session: when there is one, what the two sides tell each other, and when the next begins.
///
/// An agent is made when no path carries data, and again when its pair dies or the network changes: never restarted, since a
/// new one beside it loses nothing meanwhile. At most two live at once; the older ends when the newer has a pair. Nothing
/// is wanted any more while a better path carries data.
///
/// An agent nominates a pair when every other check has come to an end, and one to a private address of another network
/// comes to its end last. So those wait a little while where both sides have better, unless one NAT has both behind it.
public struct ICENegotiation: Sendable {
    /// What to do and to know.
    public enum Output: Equatable, Sendable {
        /// To the driver.
        case command(ICECommand)
        /// To the other side, on the control stream.
        case say(ICEDescription)
        /// The agent carries packets. `relay`: by what relay, of either side.
        case connected(ICEAgentID, ICEPair, relay: ICECandidate.RelayTransport?)
        /// It carries none any more.
        case disconnected(ICEAgentID)
    }

    /// One agent of ours.
    private struct Agent: Sendable {
        let id: ICEAgentID
        let generation: UInt32
        let local: ICECredentials
        var isConnecting = false
        var candidates: [ICECandidate] = []
        /// Private addresses of the other side that are not added yet, and until when they wait.
        var held: [ICECandidate] = []
        var heldUntil: Instant?
        /// Our addresses as the Internet sees them, and the other side's.
        var ownPublic: Set<IPAddress> = [], theirPublic: Set<IPAddress> = []
        var pair: ICEPair?
    }

    /// The peer may begin a generation no oftener.
    private static let shortestGeneration: Duration = .milliseconds(500)
    /// After a failure the next agent waits so long, twice as long after each further one, at most `longestWait`.
    private static let firstWait: Duration = .milliseconds(250), longestWait: Duration = .seconds(8)
    /// Private addresses of the other side wait so long: until other checks have come to their end.
    private static let holdTime: Duration = .milliseconds(900)
    /// An agent that is not needed any more is kept so long.
    private static let grace: Duration = .seconds(10)

    /// Whether our agents nominate: the session's initiator.
    public let isControlling: Bool
    private let policy: ICEPolicy
    private var agents: [Agent] = []
    private var generation: UInt32 = 0
    private var lastBegun: Instant?
    private var isWanted = false
    private var failureCount = 0
    private var nextTry: Instant?
    private var graceEnd: Instant?
    private var outputs: [Output] = []

    /// No agent yet.
    public init(isControlling: Bool, policy: ICEPolicy) {
        self.isControlling = isControlling
        self.policy = policy
    }

    /// The next thing to do.
    public mutating func poll() -> Output? { outputs.isEmpty ? nil : outputs.removeFirst() }

    /// When `timeout` has something to do.
    public var nextTimeout: Instant {
        let held = agents.reduce(Instant.distantFuture) { min($0, $1.heldUntil ?? .distantFuture) }
        return min(held, isWanted ? nextTry ?? .distantFuture : .distantFuture, graceEnd ?? .distantFuture)
    }

    // MARK: - What is needed

    /// No path carries data: an agent is to find one. `fresh` names it if one is made.
    public mutating func want(
        _ fresh: ICEAgentID, at now: Instant, using random: inout some RandomNumberGenerator
    ) {
        (isWanted, graceEnd) = (true, nil)
        guard agents.allSatisfy({ $0.pair != nil }), agents.count < 2 else { return }  // one is at it
        guard (nextTry ?? now) <= now else { return }
        begin(generation &+ 1, fresh, at: now, using: &random)
    }

    /// A path that is none of ours carries data.
    public mutating func settle(at now: Instant) {
        isWanted = false
        if graceEnd == nil, !agents.isEmpty { graceEnd = now + Self.grace }
    }

    /// The path of an agent carries data, or nothing needs to.
    public mutating func keep() { (isWanted, graceEnd, failureCount) = (false, nil, 0) }

    /// Addresses of this machine changed: an agent with the new ones begins beside the old.
    public mutating func networkChanged(
        _ fresh: ICEAgentID, at now: Instant, using random: inout some RandomNumberGenerator
    ) {
        guard !agents.isEmpty else { return }
        begin(generation &+ 1, fresh, at: now, using: &random)
    }

    /// The session is gone.
    public mutating func end() {
        for agent in agents { close(agent) }
        (isWanted, graceEnd, nextTry) = (false, nil, nil)
    }

    /// Time has passed. An early call does nothing; `want` follows where an agent is needed.
    public mutating func timeout(at now: Instant) {
        if let next = nextTry, next <= now { nextTry = nil }
        for index in agents.indices where agents[index].heldUntil ?? .distantFuture <= now { release(index) }
        if let end = graceEnd, end <= now {
            graceEnd = nil
            for agent in agents {
                outputs.append(
                    .say(ICEDescription(generation: agent.generation, credentials: agent.local, isEnd: true)))
                close(agent)
            }
        }
    }

    private mutating func begin(
        _ number: UInt32, _ fresh: ICEAgentID, at now: Instant, using random: inout some RandomNumberGenerator
    ) {
        // Of two the one with a pair stays until this one has one.
        while agents.count >= 2 || agents.contains(where: { $0.pair == nil }) {
            close(agents.first { $0.pair == nil } ?? agents[0])
        }
        (generation, lastBegun, nextTry) = (number, now, nil)
        let agent = Agent(id: fresh, generation: number, local: ICECredentials(using: &random))
        agents.append(agent)
        outputs.append(
            .command(.open(fresh, isControlling: isControlling, local: agent.local, policy: policy)))
        // Without candidates yet: the other side begins to gather meanwhile.
        outputs.append(.say(ICEDescription(generation: number, credentials: agent.local)))
    }

    private mutating func close(_ agent: Agent) {
        agents.removeAll { $0.id == agent.id }
        outputs.append(.command(.close(agent.id)))
        if agent.pair != nil { outputs.append(.disconnected(agent.id)) }
    }

    // MARK: - The other side

    /// The other side tells of its agent. Its candidates pass `filter` first. `fresh` names an agent if one is made.
    public mutating func handle(
        _ description: ICEDescription, filter: CandidateFilter, fresh: ICEAgentID, at now: Instant,
        using random: inout some RandomNumberGenerator
    ) {
        if description.generation > generation {
            guard !description.isEnd, lastBegun.map({ $0 + Self.shortestGeneration <= now }) ?? true || generation == 0
            else { return }
            begin(description.generation, fresh, at: now, using: &random)
        }
        guard let index = agents.firstIndex(where: { $0.generation == description.generation }) else { return }
        guard !description.isEnd else { return close(agents[index]) }
        if !agents[index].isConnecting {
            agents[index].isConnecting = true
            outputs.append(.command(.connect(agents[index].id, remote: description.credentials)))
        }
        var new: [ICECandidate] = []
        for candidate in description.candidates where filter.verdict(on: candidate.address) == .accepted {
            guard agents[index].candidates.count < CandidateFilter.capacity else { break }
            guard !agents[index].candidates.contains(candidate) else { continue }
            agents[index].candidates.append(candidate)
            new.append(candidate)
        }
        add(new, to: index, isLast: description.isLast, at: now)
    }

    /// Adds candidates, or holds the private ones back.
    private mutating func add(_ new: [ICECandidate], to index: Int, isLast: Bool, at now: Instant) {
        let isPrivate = { (candidate: ICECandidate) in candidate.kind == .host && candidate.address.ip.isPrivate }
        agents[index].theirPublic.formUnion(new.filter { $0.kind == .serverReflexive }.map(\.address.ip))
        let ready = new.filter { !isPrivate($0) }
        agents[index].held += new.filter(isPrivate)
        if !ready.isEmpty { outputs.append(.command(.add(agents[index].id, ready))) }
        guard !agents[index].held.isEmpty else { return }
        let hasNothingElse = isLast && agents[index].candidates.allSatisfy(isPrivate)
        if hasNothingElse || isBehindOneNAT(agents[index]) { return release(index) }
        agents[index].heldUntil = agents[index].heldUntil ?? now + Self.holdTime
    }

    private func isBehindOneNAT(_ agent: Agent) -> Bool { !agent.ownPublic.isDisjoint(with: agent.theirPublic) }

    /// What was held back is tried now; but not beside a pair that leads straight to the other side.
    private mutating func release(_ index: Int) {
        let held = agents[index].held
        (agents[index].held, agents[index].heldUntil) = ([], nil)
        let isRelayed = agents[index].pair.map { $0.local == .relayed || $0.remote == .relayed } ?? true
        if !held.isEmpty, isRelayed { outputs.append(.command(.add(agents[index].id, held))) }
    }

    // MARK: - The agents

    /// An agent has something to tell. What is told of one that is closed is left alone.
    public mutating func handle(_ event: ICEEvent, of id: ICEAgentID, at now: Instant) {
        guard let index = agents.firstIndex(where: { $0.id == id }) else { return }
        let agent = agents[index]
        switch event {
        case .candidate(let candidate):
            if candidate.kind == .serverReflexive {
                agents[index].ownPublic.insert(candidate.address.ip)
                if isBehindOneNAT(agents[index]) { release(index) }
            }
            outputs.append(
                .say(
                    ICEDescription(
                        generation: agent.generation, credentials: agent.local, candidates: [candidate])))
        case .gathered:
            outputs.append(
                .say(ICEDescription(generation: agent.generation, credentials: agent.local, isLast: true)))
        case .selected(let pair):
            agents[index].pair = pair
            failureCount = 0
            outputs.append(.connected(id, pair, relay: relay(of: pair, agent)))
            for older in agents.prefix(index) { close(older) }
        case .failed:
            close(agent)
            nextTry = now + min(Self.firstWait * (1 << min(failureCount, 6)), Self.longestWait)
            failureCount += 1
        }
    }

    /// How the relay of a pair is reached: ours, else as the other side told of its candidate.
    private func relay(of pair: ICEPair, _ agent: Agent) -> ICECandidate.RelayTransport? {
        pair.localRelay ?? agent.candidates.first { $0.address == pair.remoteAddress }?.relayTransport
            ?? (pair.remote == .relayed ? .udp : nil)
    }

    /// Whether an agent is ours.
    public func has(_ id: ICEAgentID) -> Bool { agents.contains { $0.id == id } }
}

extension PathKind {
    /// The kind of the path that an ICE pair makes: the less direct end counts.
    public init(_ pair: ICEPair, relay: ICECandidate.RelayTransport?) {
        switch (pair.local, pair.remote, relay) {
        case (_, _, .udp): self = .turnUDP
        case (_, _, .tcp): self = .turnTCP
        case (_, _, .tls): self = .turnTLS
        case (.relayed, _, nil), (_, .relayed, nil): self = .turnUDP
        case (.peerReflexive, _, nil), (_, .peerReflexive, nil): self = .prflx
        case (.serverReflexive, _, nil), (_, .serverReflexive, nil): self = .srflx
        case (.host, .host, nil): self = .host
        }
    }
}
