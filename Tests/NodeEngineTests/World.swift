import Age
import Basics
import ControlAPI
import Crypto
import Journal
import JournalTestSupport
import Mesh
import Paths
import Testing

@testable import NodeEngine

/// Some whole nodes on one virtual network, in virtual time: each datagram takes `delay`, each store and journal batch a
/// little longer, and media is ready at once.
final class World {
    /// One node with what a machine would keep for it.
    final class Machine {
        var node: Node
        let address: SocketAddress
        /// The identity's keys.
        var secret: SharedSecret
        var lines: [JSONValue] = []
        var media: [MediaCommand] = []
        var isStopped = false
        /// What the disk does to every batch: nil is well.
        var diskFailure: JournalWriteFailure?
        var received: [ReceivedMedia] = []
        /// Their payloads.
        var receivedPayloads: [[UInt8]] = []
        /// The journal's folder.
        var disk = MemoryDisk()
        /// The entries of the journal, as far as they are stored.
        var entries: [JournalEntry] = []
        /// Changes that the state store took, oldest first, and the rows that they made.
        var stored: [StateChange] = []
        var rows: [String: [[UInt8]: [UInt8]]] = [:]
        /// What was asked of the vault, and of the journal on disk.
        var keys: [KeyCommand] = []
        var reads: [DiskCommand] = []
        var closedLines: [RequestLine] = []
        /// The lines of the log.
        var logged: [String] = []
        /// How often it was started: what the disk does for an earlier life is told to nobody.
        var life = 0
        /// Whom its relay lets in, when that is its only way out.
        var permitted: [IPAddress] = []
        /// The ICE agents that it has open.
        var agents: [ICEAgentID: ModelAgent] = [:]
        /// Whether media waits for `tell`.
        var isMediaSlow = false

        init(_ node: consuming Node, _ address: SocketAddress, _ secret: SharedSecret) {
            self.node = node
            self.address = address
            self.secret = secret
        }
    }

    enum Event {
        case datagram([UInt8], from: SocketAddress, to: SocketAddress)
        case packet([UInt8], machine: Int, ICEAgentID)
        case agent(Int, ICEAgentID, ICEEvent)
        case journal(Int, life: Int, JournalBatch, JournalWriteFailure?)
        case stored(Int, life: Int, [StateChange], StoreTicket, String?)
    }

    /// What the network does to datagrams by chance.
    struct Weather {
        /// Shares of all datagrams.
        var loss = 0.0, duplication = 0.0
        /// By up to so much a datagram is later than `delay`.
        var jitter = Duration.zero
    }

    var now = Instant(nanoseconds: 1_000_000_000)
    var delay: Duration = .milliseconds(5)
    var machines: [Machine] = []
    /// Datagrams that the network loses, by a rule.
    var loses: ([UInt8]) -> Bool = { _ in false }
    var weather = Weather()
    /// Whether a datagram from one node to the other gets there at all.
    var passes: (_ source: Int, _ target: Int) -> Bool = { _, _ in true }
    /// The kinds of the pair that ICE finds between two nodes; nil: none.
    var pairs: (_ one: Int, _ other: Int) -> (ICECandidate.Kind, ICECandidate.Kind)? = { _, _ in
        (.serverReflexive, .serverReflexive)
    }
    /// What agents were told of the policy.
    var policies: Set<ICEPolicy> = []
    /// Sees between whom each datagram goes.
    var watches: (_ source: SocketAddress, _ target: SocketAddress) -> Void = { _, _ in }
    private let configuration: Configuration
    private var queue: [(at: Instant, order: Int, event: Event)] = []
    private var order = 0
    private var nextRequest = 1
    private var random: SeededRandom

    init(seed: UInt64 = 1, names: [String] = ["alice", "bob"], _ change: (inout Configuration) -> Void = { _ in }) {
        random = SeededRandom(seed: seed)
        var configuration = Configuration()
        change(&configuration)
        self.configuration = configuration
        for (index, name) in names.enumerated() {
            let address = SocketAddress(IPAddress(v4: 0x0A00_0001 + UInt32(index)), port: 4000)
            let secret = SharedSecret(Identity.create(name: name, using: &random).encoded)
            machines.append(Machine(node(at: address), address, secret))
            start(index)
        }
    }

    private func node(at address: SocketAddress) -> Node {
        var node = Node(
            configuration: configuration,
            surroundings: Surroundings(boot: "boot", processID: 1, home: "/", binary: .zero), identity: nil,
            random: random.stream(named: "\(address) \(order)"), at: moment)
        switch configuration.icePolicy {
        case .all: node.listening(on: [address], interfaces: [])
        case .relay: node.relayed(to: address, by: .udp, at: moment)
        }
        return node
    }

    /// Opens the identity of a machine, and lets a client come.
    private func start(_ index: Int) {
        open(index, for: nil)
        machines[index].node.clientOpened(ClientNumber(number: 1), uid: 0, at: moment)
        drain(index)
    }

    /// The vault has opened the identity of a machine, as `request` asked.
    func open(_ index: Int, for request: KeyRequest?, importing contacts: [[UInt8]] = []) {
        let machine = machines[index]
        guard let identity = Identity(decoding: machine.secret.bytes) else { preconditionFailure("it was just made") }
        let storage = AgeIdentity(identity.storage.copy())
        machine.disk = MemoryDisk()
        let settings = AuditLog.Settings(
            origin: JournalOrigin(identity: identity.person.publicKey), boot: UInt64(machine.life),
            storage: storage.recipient)
        let journal = AuditLog(creating: settings, identity: identity.person, at: moment, using: &random)
        let rows = machine.rows.mapValues { $0.map { OpenedIdentity.Row(key: $0, value: $1) } }
        machine.node.unlocked(
            OpenedIdentity(
                identity: identity, isProtected: false, rows: rows, journal: journal, importedContacts: contacts),
            for: request, at: moment)
        drain(index)
    }

    /// A machine crashes and starts anew, with what the vault kept.
    func restart(_ index: Int) {
        let machine = machines[index]
        machine.life += 1
        order += 1  // chance of its own
        machine.node = node(at: machine.address)
        start(index)
        _ = call(index, "events.subscribe")
    }

    var moment: AuditLog.Moment {
        AuditLog.Moment(
            now: now, uptime: now, wall: WallTime(milliseconds: 1_800_000_000_000 + now.nanoseconds / 1_000_000))
    }

    // MARK: Doing

    /// Asks node `index` for something; the answer is found by `answer`.
    @discardableResult
    func ask(
        _ index: Int, _ method: String, _ parameters: JSONValue = .object(JSONObject()), descriptorCount: Int = 0
    ) -> Int {
        let id = nextRequest
        nextRequest += 1
        let request: JSONValue = [
            "jsonrpc": "2.0", "id": JSONValue(id), "method": .string(method), "params": parameters,
        ]
        machines[index].node.handle(
            line: request.encoded().rawSpan, RequestLine(number: UInt64(id)), descriptorCount: descriptorCount,
            from: ClientNumber(number: 1), at: moment)
        drain(index)
        return id
    }

    /// The answer to a request, when it has come.
    func answer(_ index: Int, _ id: Int) -> JSONValue? { machines[index].lines.first { $0["id"]?.int == id } }

    /// Asks and waits for the answer, at most `limit`.
    func call(
        _ index: Int, _ method: String, _ parameters: JSONValue = .object(JSONObject()), limit: Duration = .seconds(20)
    ) -> JSONValue? {
        let id = ask(index, method, parameters)
        run(limit) { self.answer(index, id) != nil }
        return answer(index, id)
    }

    /// Gives media news of node `index`.
    func tell(_ index: Int, _ news: MediaNews) {
        machines[index].node.media(news, at: moment)
        drain(index)
    }

    /// Lets time pass until `isDone` or `limit` is over.
    func run(_ limit: Duration, until isDone: () -> Bool = { false }) {
        let end = now + limit
        var standing = 0
        while !isDone() {
            let deadlines = machines.enumerated().filter { !$1.isStopped }.map { ($1.node.deadline.moment, $0) }
            let soonest = deadlines.min { $0.0 < $1.0 }
            let next = queue.min { ($0.at, $0.order) < ($1.at, $1.order) }
            if let next, next.at <= soonest?.0 ?? .distantFuture {
                guard next.at <= end else { break }
                queue.removeAll { $0.order == next.order }
                now = max(now, next.at)
                handle(next.event)
            } else if let soonest, soonest.0 <= end {
                standing = soonest.0 <= now ? standing + 1 : 0
                guard standing < 1_000 else {
                    let reason = machines[soonest.1].node.deadline.reason
                    Issue.record("node \(soonest.1) waits for what has passed: \(reason)")
                    break
                }
                now = max(now + .microseconds(1), soonest.0)
                machines[soonest.1].node.timeout(at: moment)
                drain(soonest.1)
            } else {
                break
            }
        }
        if !isDone() { now = max(now, end) }
    }

    // MARK: Pumping

    func schedule(_ event: Event, after delay: Duration) {
        order += 1
        queue.append((now + delay, order, event))
    }

    private func handle(_ event: Event) {
        switch event {
        case .datagram(var bytes, let source, let target):
            guard let index = machines.firstIndex(where: { $0.address == target && !$0.isStopped }),
                let from = machines.firstIndex(where: { $0.address == source }), passes(from, index)
            else { return }
            var span = bytes.mutableRawSpan
            if let media = machines[index].node.receive(&span, from: source, to: target.ip, at: moment) {
                machines[index].received.append(media)
                machines[index].receivedPayloads.append([UInt8](span.bytes.extracting(media.payload)))
            }
            machines[index].node.settle(at: moment)
            drain(index)
        case .packet(var bytes, let index, let agent):
            guard machines[index].agents[agent] != nil, !machines[index].isStopped else { return }
            var span = bytes.mutableRawSpan
            if let media = machines[index].node.receive(&span, through: agent, at: moment) {
                machines[index].received.append(media)
                machines[index].receivedPayloads.append([UInt8](span.bytes.extracting(media.payload)))
            }
            machines[index].node.settle(at: moment)
            drain(index)
        case .agent(let index, let agent, let event):
            guard machines[index].agents[agent] != nil, !machines[index].isStopped else { return }
            if case .failed = event { machines[index].agents[agent]?.partner = nil }
            machines[index].node.handle(event, of: agent, at: moment)
            drain(index)
        case .journal(let index, let life, let batch, let failure):
            guard machines[index].life == life else { return }
            if failure == nil { machines[index].keep(batch) }
            machines[index].node.journalStored(batch.id, failure: failure, at: moment)
            drain(index)
        case .stored(let index, let life, let changes, let ticket, let failure):
            guard machines[index].life == life else { return }
            if failure == nil { machines[index].keep(changes) }
            machines[index].node.stored(ticket, failure: failure, at: moment)
            drain(index)
        }
    }

    func drain(_ index: Int) {
        let machine = machines[index]
        while true {
            while let ends = machine.node.nextDatagramEnds {
                let packet = [UInt8](machine.node.nextDatagram)
                machine.node.removeDatagram()
                switch ends {
                case .addresses(_, let remote): transmit(packet, from: machine.address, to: remote)
                case .agent(let agent): transmit(packet, through: agent, of: index)
                }
            }
            guard let output = machine.node.poll() else { return }
            carryOut(output, index, machine)
        }
    }

    /// Puts a datagram on its way that looks as if it came from a node.
    func inject(_ packet: [UInt8], from source: Int, to target: Int) {
        schedule(.datagram(packet, from: machines[source].address, to: machines[target].address), after: delay)
    }

    private func transmit(_ packet: [UInt8], from source: SocketAddress, to target: SocketAddress) {
        watches(source, target)
        guard !loses(packet), Double.random(in: 0..<1, using: &random) >= weather.loss else { return }
        let copies = Double.random(in: 0..<1, using: &random) < weather.duplication ? 2 : 1
        for _ in 0..<copies {
            let late = weather.jitter * Double.random(in: 0..<1, using: &random)
            schedule(.datagram(packet, from: source, to: target), after: delay + late)
        }
    }

    private func carryOut(_ output: NodeOutput, _ index: Int, _ machine: Machine) {
        switch output {
        case .send(let line, _): if let json = try? JSONValue(parsing: line.rawSpan) { machine.lines.append(json) }
        case .store(let changes, let ticket):
            schedule(
                .stored(index, life: machine.life, changes, ticket, machine.diskFailure.map { "\($0)" }),
                after: .milliseconds(1))
        case .journal(let batch):
            if machine.diskFailure == nil { try? machine.disk.execute(batch) }
            schedule(.journal(index, life: machine.life, batch, machine.diskFailure), after: .milliseconds(1))
        case .media(let command):
            machine.media.append(command)
            if case .prepare(let call, _, _, _, _) = command, !machine.isMediaSlow {
                machine.node.media(.prepared(call, []), at: moment)
            }
            if case .stop(let call) = command { machine.node.media(.stopped(call, MediaReport()), at: moment) }
        case .keys(let command): machine.keys.append(command)
        case .ice(let command): carryOut(command, of: index)
        case .permit(let addresses): machine.permitted = addresses
        case .read(let command, _): machine.reads.append(command)
        case .close(let line): machine.closedLines.append(line)
        case .log(_, let text): machine.logged.append(text)
        case .stop: machine.isStopped = true
        }
    }

    // MARK: What happened

    /// The data of every event of a type that node `index` told.
    func events(_ index: Int, _ type: String) -> [JSONValue] {
        machines[index].lines.compactMap { line in
            guard line["method"]?.string == "event", line["params"]?["type"]?.string == type else { return nil }
            return line["params"]?["data"]
        }
    }

    /// Makes the first two nodes contacts of each other, by an invite.
    func pair() -> Bool {
        for index in machines.indices { _ = call(index, "events.subscribe") }
        return acquaint(0, 1)
    }
}
