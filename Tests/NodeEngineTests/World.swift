import Age
import Basics
import ControlAPI
import Crypto
import Journal
import JournalTestSupport
import Mesh

@testable import NodeEngine

/// Some whole nodes on one virtual network, in virtual time: each datagram takes `delay`, each store and journal batch a
/// little longer, and media is ready at once.
final class World {
    /// One node with what a machine would keep for it.
    final class Machine {
        var node: Node
        let address: SocketAddress
        /// The identity's keys.
        let secret: SharedSecret
        var lines: [JSONValue] = []
        var media: [MediaCommand] = []
        var isStopped = false
        /// What the disk does to every batch: nil is well.
        var diskFailure: JournalWriteFailure?
        var received: [ReceivedMedia] = []
        /// The journal's folder.
        var disk = MemoryDisk()
        /// Changes that the state store took, oldest first.
        var stored: [StateChange] = []
        /// What was asked of the vault, and of the journal on disk.
        var keys: [KeyCommand] = []
        var reads: [DiskCommand] = []
        var closedLines: [RequestLine] = []

        init(_ node: consuming Node, _ address: SocketAddress, _ secret: SharedSecret) {
            self.node = node
            self.address = address
            self.secret = secret
        }
    }

    private enum Event {
        case datagram([UInt8], from: SocketAddress, to: SocketAddress)
        case journal(Int, JournalBatch.ID, JournalWriteFailure?)
        case stored(Int, StoreTicket, String?)
    }

    var now = Instant(nanoseconds: 1_000_000_000)
    var delay: Duration = .milliseconds(5)
    var machines: [Machine] = []
    /// Datagrams that the network loses, by a rule.
    var loses: ([UInt8]) -> Bool = { _ in false }
    private var queue: [(at: Instant, order: Int, event: Event)] = []
    private var order = 0
    private var nextRequest = 1
    private var random: SeededRandom

    init(seed: UInt64 = 1, names: [String] = ["alice", "bob"], _ change: (inout Configuration) -> Void = { _ in }) {
        random = SeededRandom(seed: seed)
        var configuration = Configuration()
        change(&configuration)
        for (index, name) in names.enumerated() { add(name, index, configuration) }
    }

    private func add(_ name: String, _ index: Int, _ configuration: Configuration) {
        let address = SocketAddress(IPAddress(v4: 0x0A00_0001 + UInt32(index)), port: 4000)
        var node = Node(
            configuration: configuration,
            surroundings: Surroundings(boot: name, processID: 1, home: "/", binary: .zero), identity: nil,
            random: random.stream(named: name), at: moment)
        node.listening(on: [address], interfaces: [])
        let identity = Identity.create(name: name, using: &random)
        let storage = AgeIdentity(identity.storage.copy()), secret = SharedSecret(identity.encoded)
        let settings = AuditLog.Settings(
            origin: JournalOrigin(identity: identity.person.publicKey), boot: UInt64(index), storage: storage.recipient)
        let journal = AuditLog(creating: settings, identity: identity.person, at: moment, using: &random)
        node.unlocked(
            OpenedIdentity(identity: identity, isProtected: false, rows: [:], journal: journal), for: nil, at: moment)
        let machine = Machine(node, address, secret)
        machines.append(machine)
        machine.node.clientOpened(ClientNumber(number: 1), uid: 0, at: moment)
        drain(index)
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

    private func schedule(_ event: Event, after delay: Duration) {
        order += 1
        queue.append((now + delay, order, event))
    }

    private func handle(_ event: Event) {
        switch event {
        case .datagram(var bytes, let source, let target):
            guard let index = machines.firstIndex(where: { $0.address == target && !$0.isStopped }) else { return }
            var span = bytes.mutableRawSpan
            if let media = machines[index].node.receive(&span, from: source, at: moment) {
                machines[index].received.append(media)
            }
            machines[index].node.settle(at: moment)
            drain(index)
        case .journal(let index, let id, let failure):
            machines[index].node.journalStored(id, failure: failure, at: moment)
            drain(index)
        case .stored(let index, let ticket, let failure):
            machines[index].node.stored(ticket, failure: failure, at: moment)
            drain(index)
        }
    }

    func drain(_ index: Int) {
        let machine = machines[index]
        while true {
            while let packet = machine.node.withNextDatagram({ ($0, [UInt8]($1)) }) {
                if !loses(packet.1) {
                    schedule(.datagram(packet.1, from: machine.address, to: packet.0), after: delay)
                }
            }
            guard let output = machine.node.poll() else { return }
            carryOut(output, index, machine)
        }
    }

    private func carryOut(_ output: NodeOutput, _ index: Int, _ machine: Machine) {
        switch output {
        case .send(let line, _): if let json = try? JSONValue(parsing: line.rawSpan) { machine.lines.append(json) }
        case .store(let changes, let ticket):
            let failure = machine.diskFailure.map { "\($0)" }
            if failure == nil { machine.stored += changes }
            schedule(.stored(index, ticket, failure), after: .milliseconds(1))
        case .journal(let batch):
            if machine.diskFailure == nil { try? machine.disk.execute(batch) }
            schedule(.journal(index, batch.id, machine.diskFailure), after: .milliseconds(1))
        case .media(let command):
            machine.media.append(command)
            if case .prepare(let call, _, _, _) = command { machine.node.media(.prepared(call), at: moment) }
            if case .stop(let call) = command { machine.node.media(.stopped(call, MediaReport()), at: moment) }
        case .keys(let command): machine.keys.append(command)
        case .read(let command, _): machine.reads.append(command)
        case .close(let line): machine.closedLines.append(line)
        case .log: break
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
        guard let code = call(0, "invite.create")?["result"]?["code"]?.string else { return false }
        return call(1, "invite.accept", ["code": .string(code)])?["result"] != nil
    }
}
