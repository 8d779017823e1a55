internal import Age
internal import Basics
internal import ControlAPI
internal import Crypto
internal import Journal
internal import Mesh
internal import NodeEngine
internal import RTP

/// Two whole nodes with a call between them, joined by memory in virtual time: the path of a packet through a daemon
/// without the kernel's part of it.
final class NodePair {
    private struct NoCall: Error {}

    /// One node, and the datagrams that are on their way to it.
    private final class Machine {
        var node: Node
        let address: SocketAddress
        var inbox: DatagramBox
        var lines: [JSONValue] = []
        var call: CallID?

        init(_ node: consuming Node, at address: SocketAddress) {
            self.node = node
            self.address = address
            inbox = DatagramBox(capacity: 512)
        }
    }

    private var now = Instant(nanoseconds: 1_000_000_000)
    private var random = SeededRandom(seed: 1)
    private let caller: Machine
    private let callee: Machine
    private var mediaTime: UInt32 = 0
    private let frame = [UInt8](repeating: 0x78, count: 80)
    private var pictureTime: UInt32 = 0
    private let picture = [UInt8](repeating: 0x78, count: 3_300)
    /// Media packets that arrived where they can be played.
    private(set) var playedCount = 0

    /// Makes the two, lets them become contacts, and lets the second answer the call of the first.
    init() throws {
        caller = Self.machine("caller", 1, at: Self.moment(now), &random)
        callee = Self.machine("callee", 2, at: Self.moment(now), &random)
        try connect()
    }

    // MARK: The benchmark's own steps

    /// Sends `count` frames of audio: from the encoder's output to sealed datagrams.
    func send(_ count: Int) {
        guard let call = caller.call else { preconditionFailure("a call goes on") }
        let frame = frame
        for _ in 0..<count {
            now += .milliseconds(20)
            mediaTime &+= 960
            let moment = moment
            caller.node.send(
                audio: frame.rawSpan, mediaTime: mediaTime, due: moment.now, marker: false, in: call, at: moment)
            collect(from: caller, for: callee)
        }
    }

    /// Sends one encoded picture, in three packets: from the encoder's output to sealed datagrams.
    func show() {
        guard let call = caller.call else { preconditionFailure("a call goes on") }
        now += .microseconds(33_333)
        var descriptor = VP8Descriptor()
        descriptor.baseIndex = 1
        descriptor.layer = TemporalLayer(index: 0, isSync: false)
        let frame = EncodedPicture(
            descriptor: descriptor, isKeyFrame: pictureTime == 0, mediaTime: pictureTime, due: now)
        pictureTime &+= 3_000
        let moment = moment, picture = picture
        caller.node.send(frame, picture.rawSpan, in: call, at: moment)
        collect(from: caller, for: callee)
    }

    /// Receives what was sent, one packet a wake: from the socket's buffer to the payload that may be played.
    func receive() {
        while callee.inbox.lendFirst({ deliver(&$0, to: callee, from: caller) }) {
            callee.node.settle(at: moment)
            collect(from: callee, for: caller)
        }
    }

    /// Brings the receipts back, and lets both do what is due.
    func settle() {
        while caller.inbox.lendFirst({ deliver(&$0, to: caller, from: callee) }) {
            caller.node.settle(at: moment)
        }
        wake(caller, with: callee)
        wake(callee, with: caller)
    }

    private func wake(_ machine: Machine, with other: Machine) {
        if machine.node.deadline.moment <= now { machine.node.timeout(at: moment) }
        while let output = machine.node.poll() { carryOut(output, on: machine) }
        collect(from: machine, for: other)
    }

    private func deliver(_ datagram: inout MutableRawSpan, to target: Machine, from source: Machine) {
        if target.node.receive(&datagram, from: source.address, to: target.address.ip, at: moment) != nil {
            playedCount += 1
        }
    }

    // MARK: Making the call

    private func connect() throws {
        guard let code = ask(caller, "invite.create")["code"] else { throw NoCall() }
        _ = ask(callee, "invite.accept", ["code": code])
        guard let peer = ask(caller, "contact.list")["contacts"]?.array?.first?["peer"] else { throw NoCall() }
        _ = ask(caller, "call.start", ["to": peer])
        guard let incoming = ask(callee, "call.list")["calls"]?.array?.first?["call"] else { throw NoCall() }
        _ = ask(callee, "call.answer", ["call": incoming])
        guard caller.call != nil, callee.call != nil else { throw NoCall() }
    }

    /// Asks a node for something, and lets time pass until all is quiet.
    private func ask(_ machine: Machine, _ method: String, _ parameters: JSONValue = .object(JSONObject())) -> JSONValue
    {
        let request: JSONValue = [
            "jsonrpc": "2.0", "id": 1, "method": .string(method), "params": parameters,
        ]
        machine.lines.removeAll()
        machine.node.handle(
            line: request.encoded().rawSpan, RequestLine(number: 1), descriptorCount: 0,
            from: ClientNumber(number: 1), at: moment)
        for _ in 0..<200 {
            now += .milliseconds(1)
            receive()
            settle()
        }
        return machine.lines.first { $0["id"]?.int == 1 }?["result"] ?? .null
    }

    private func carryOut(_ output: NodeOutput, on machine: Machine) {
        switch output {
        case .send(let line, _): if let json = try? JSONValue(parsing: line.rawSpan) { machine.lines.append(json) }
        case .store(_, let ticket): machine.node.stored(ticket, failure: nil, at: moment)
        case .journal(let batch): machine.node.journalStored(batch.id, failure: nil, at: moment)
        case .media(.prepare(let call, _, _, _, _)): machine.node.media(.prepared(call, []), at: moment)
        case .media(.join(let call, _, _)): machine.call = call
        case .media, .keys, .ice, .permit, .read, .close, .log, .stop: break
        }
    }

    private func collect(from source: Machine, for target: Machine) {
        while source.node.nextDatagramEnds != nil {
            target.inbox.append(source.node.nextDatagram)
            source.node.removeDatagram()
        }
    }

    private var moment: AuditLog.Moment { Self.moment(now) }

    private static func moment(_ now: Instant) -> AuditLog.Moment {
        AuditLog.Moment(
            now: now, uptime: now, wall: WallTime(milliseconds: 1_800_000_000_000 + now.nanoseconds / 1_000_000))
    }

    private static func machine(
        _ name: String, _ number: UInt32, at moment: AuditLog.Moment, _ random: inout SeededRandom
    ) -> Machine {
        let address = SocketAddress(IPAddress(v4: 0x0A00_0000 + number), port: 4000)
        var node = Node(
            configuration: Configuration(),
            surroundings: Surroundings(boot: name, processID: 1, home: "/", binary: .zero),
            identity: nil, random: random.stream(named: name), at: moment)
        node.listening(on: [address], interfaces: [])
        let identity = Identity.create(name: name, using: &random)
        let settings = AuditLog.Settings(
            origin: JournalOrigin(identity: identity.person.publicKey), boot: 1,
            storage: AgeIdentity(identity.storage.copy()).recipient)
        let journal = AuditLog(creating: settings, identity: identity.person, at: moment, using: &random)
        node.unlocked(
            OpenedIdentity(identity: identity, isProtected: false, rows: [:], journal: journal), for: nil, at: moment)
        node.clientOpened(ClientNumber(number: 1), uid: 0, at: moment)
        return Machine(node, at: address)
    }
}
