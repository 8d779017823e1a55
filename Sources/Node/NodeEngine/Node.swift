public import Basics
internal import ControlAPI
public import Crypto
public import Journal
public import Mesh
public import Paths

/// The whole daemon as one value: datagrams, control lines, stored tickets, media news and the time go in; what is to be
/// done comes out.
///
/// Each method that takes an input does all that follows from it before it returns. Then drain `poll` and the datagrams
/// until `nextDatagramEnds` is nil, and call `timeout` at `deadline` at the latest. `receive` alone leaves the
/// rest to `settle`, so that a batch of datagrams costs it once.
public struct Node: ~Copyable {
    /// The version of the program.
    public static let version = "0.1.0"

    /// What the owner decides.
    public internal(set) var configuration: Configuration

    var context: Context
    var device: Device?
    var identity: IdentityState
    var events: EventLog
    var subscriptions = OrderedMap<ClientNumber, EventFilter>()
    var eventWaiters: [EventWaiter] = []
    var clients: Set<ClientNumber> = []
    var underWay = RequestsUnderWay()
    var keyRequests: [KeyRequest: ControlRequest] = [:]
    /// The line of the newest export: it waits for its journal entry.
    var exportLine: RequestLine?
    /// Whether the keys were open before in this run.
    var wasUnlocked = false
    /// Wrong passphrases since the keys were last open.
    var refusedPassphraseCount = 0
    /// Other users who came to the control socket, and the journal does not know of yet.
    var intruders = Intruders()
    var clock: ClockState?
    var nextKeyRequest: UInt64 = 1
    /// What was asked of the vault before this was asked before a lock: what it opens stays closed.
    var firstLastingKeyRequest: UInt64 = 1
    var diskRequests: [DiskRequest: ControlRequest] = [:]
    var nextDiskRequest: UInt64 = 1
    var listening: [SocketAddress] = []
    var ownAddresses: [SocketAddress] = []
    /// How the relay is reached that is the only way out.
    var relayTransport = ICECandidate.RelayTransport.udp
    var phase = Phase.running
    let surroundings: Surroundings
    let started: Instant

    /// Where the secret keys are.
    enum IdentityState: Equatable {
        case none
        case locked(PublicIdentity, isProtected: Bool)
        case unlocked(PublicIdentity, isProtected: Bool)
    }

    /// Whether the daemon goes on.
    enum Phase {
        case running
        /// The device is closing its journal; then the keys are wiped.
        case locking(ControlRequest?)
        /// The same, and then the process ends.
        case stopping
        case stopped

        var isRunning: Bool { if case .running = self { true } else { false } }
    }

    /// A daemon that has just started; its keys are still at rest.
    public init(
        configuration: Configuration, surroundings: Surroundings, identity: (PublicIdentity, isProtected: Bool)?,
        random: SeededRandom, at moment: AuditLog.Moment
    ) {
        self.configuration = configuration
        self.surroundings = surroundings
        self.identity = identity.map { .locked($0, isProtected: $1) } ?? .none
        context = Context(random: random, at: moment)
        context.servers.keep(configuration.iceServers)
        events = EventLog(boot: surroundings.boot)
        started = moment.now
    }

    // MARK: Out

    /// The next thing to do; nil when there is nothing until an input or `deadline`.
    public mutating func poll() -> NodeOutput? {
        context.outputs.isEmpty ? nil : context.outputs.removeFirst()
    }

    /// Where the next datagram goes; nil when there is none.
    public var nextDatagramEnds: DatagramEnds? { context.datagrams.first }

    /// The next datagram. Precondition: there is one.
    public var nextDatagram: RawSpan {
        @_lifetime(borrow self)
        get { context.datagrams.firstPacket }
    }

    /// The next datagram has left. Precondition: there is one.
    public mutating func removeDatagram() { context.datagrams.removeFirst() }

    /// When `timeout` has something to do, and why.
    public var deadline: (moment: Instant, reason: String) {
        let own = eventWaiters.map(\.deadline).min() ?? .distantFuture
        var next: (moment: Instant, reason: String) = device?.nextDeadline() ?? (.distantFuture, "nothing")
        if own < next.moment { next = (own, "events") }
        if let due = intrudersDue, due < next.moment { next = (due, "intruders") }
        return next
    }

    // MARK: In

    /// A datagram came, to our address `local` if that is known: what answers it leaves from there. What may be played is
    /// given back, still in place; `settle` must follow, once for a batch.
    public mutating func receive(
        _ datagram: inout MutableRawSpan, from source: SocketAddress, to local: IPAddress?, at moment: AuditLog.Moment
    ) -> ReceivedMedia? {
        context.moment = moment
        let own = local.map { SocketAddress($0, port: 0) } ?? Settings.anyAddress(like: source)
        let ends = PathEnds.addresses(local: own, remote: source)
        return device?.receive(&datagram, from: ends, &context)
    }

    /// The same for a datagram that came through an ICE agent.
    public mutating func receive(
        _ datagram: inout MutableRawSpan, through agent: ICEAgentID, at moment: AuditLog.Moment
    ) -> ReceivedMedia? {
        context.moment = moment
        return device?.receive(&datagram, from: .agent(agent), &context)
    }

    /// An ICE agent has something to tell.
    public mutating func handle(_ event: ICEEvent, of agent: ICEAgentID, at moment: AuditLog.Moment) {
        context.moment = moment
        device?.handle(event, of: agent, &context)
        finish()
    }

    /// What became of a STUN or TURN server: the log names the one that does not do what it is for.
    public mutating func handle(_ report: ICEServerReport) {
        guard context.servers.learn(report) else { return }
        if let fault = report.fault { context.log(.warning, "\(report.server): \(fault)") }
    }

    /// The name of a STUN or TURN server leads to these addresses: no peer may send us there.
    public mutating func handle(_ addresses: [IPAddress], ofServer name: String) {
        context.servers.learn(addresses, of: name)
    }

    /// Does what follows from the datagrams of a batch.
    public mutating func settle(at moment: AuditLog.Moment) {
        context.moment = moment
        finish()
    }

    /// An encoded frame of a call's own audio is ready, which was due at `due`. Allocates nothing.
    public mutating func send(
        audio payload: RawSpan, mediaTime: UInt32, due: Instant, marker: Bool, in call: CallID,
        at moment: AuditLog.Moment
    ) {
        context.moment = moment
        device?.send(audio: payload, mediaTime: mediaTime, due: due, marker: marker, in: call, &context)
    }

    /// An encoded frame of a call's own picture is ready. Drain the datagrams after each: a large frame fills their queue.
    /// Allocates nothing after the first.
    public mutating func send(_ frame: EncodedPicture, _ bytes: RawSpan, in call: CallID, at moment: AuditLog.Moment) {
        context.moment = moment
        device?.send(frame, bytes, in: call, &context)
    }

    /// What the viewer of a participant's picture lacks: packets to come again, or a key frame.
    public mutating func ask(
        _ peer: PeerID, in call: CallID, for wanted: VideoWish, at moment: AuditLog.Moment
    ) {
        context.moment = moment
        device?.ask(peer, in: call, for: wanted, &context)
    }

    /// Time has passed. A call that comes too early does nothing.
    public mutating func timeout(at moment: AuditLog.Moment) {
        context.moment = moment
        device?.timeout(&context)
        expireEventWaiters()
        tellIntruders()
        finish()
    }

    /// A transaction of the state store is on disk, or is not.
    public mutating func stored(_ ticket: StoreTicket, failure: String?, at moment: AuditLog.Moment) {
        context.moment = moment
        if let failure { device?.storeFailed(ticket, failure, &context) } else { device?.stored(ticket, &context) }
        finish()
    }

    /// A batch of the journal is on disk, or is not.
    public mutating func journalStored(
        _ batch: JournalBatch.ID, failure: JournalWriteFailure?, at moment: AuditLog.Moment
    ) {
        context.moment = moment
        if let failure {
            device?.journal.failed(batch, failure, at: moment)
        } else {
            device?.journal.stored(batch, at: moment)
        }
        finish()
    }

    /// What the media engine has to say.
    public mutating func media(_ news: MediaNews, at moment: AuditLog.Moment) {
        context.moment = moment
        device?.handle(news, &context)
        finish()
    }

    /// The engine's figures of a call, for `call.stats`: give them before control lines are handled.
    public mutating func counted(_ call: CallID, _ report: MediaReport) {
        device?.media.update(call) { $0.report = report }
    }

    /// Datagrams that the sockets lost so far, for `daemon.status`: give them before control lines are handled.
    public mutating func counted(withoutRoom: Int, tooLong: Int) {
        context.drops[.socketFull] = withoutRoom
        context.drops[.datagramTooLong] = tooLong
    }

    /// The sockets are bound, and the addresses of this machine have been read: those that others can use go into
    /// invites.
    public mutating func listening(on sockets: [SocketAddress], interfaces addresses: [IPAddress]) {
        precondition(configuration.icePolicy == .all, "a relay is the only way out")
        listening = sockets
        ownAddresses = Settings.reachable(addresses, listening: listening)
        device?.settings.ownAddresses = ownAddresses
    }

    /// Through a relay alone anything goes out (`ice.policy: relay`), and it has given us this address; nil: none any more.
    public mutating func relayed(
        to address: SocketAddress?, by transport: ICECandidate.RelayTransport, at moment: AuditLog.Moment
    ) {
        precondition(configuration.icePolicy == .relay, "there are other ways out")
        context.moment = moment
        listening = address.map { [$0] } ?? []
        ownAddresses = listening
        relayTransport = transport
        device?.settings.reach(ownAddresses, by: transport)
        if address != nil { device?.relayed(&context) }
        finish()
    }

    /// The machine's addresses may be others now: later invites have them, and every path is asked whether it still leads
    /// anywhere.
    public mutating func networkChanged(interfaces addresses: [IPAddress], at moment: AuditLog.Moment) {
        context.moment = moment
        guard configuration.icePolicy == .all else { return }
        let before = ownAddresses
        listening(on: listening, interfaces: addresses)
        guard ownAddresses != before else { return }
        device?.networkChanged(&context)
        finish()
    }

    /// The configuration was read again. The policy of ICE stays as it was at the start.
    public mutating func reconfigure(_ configuration: Configuration, at moment: AuditLog.Moment) {
        context.moment = moment
        let policy = self.configuration.icePolicy
        self.configuration = configuration
        self.configuration.icePolicy = policy
        context.servers.keep(configuration.iceServers)
        device?.reconfigure(configuration, &context)
        finish()
    }

    /// How well the calendar is kept: at the start, and now and then.
    public mutating func clock(_ state: ClockState, at moment: AuditLog.Moment) {
        context.moment = moment
        clock = state
        device?.tell(state, &context)
        finish()
    }

    /// Clients can come: what opens without a person is open.
    public mutating func started(at moment: AuditLog.Moment) {
        context.moment = moment
        tell(.daemonReady, ["version": .string(Self.version)])
        finish()
    }

    /// Whether a passphrase seals the identity at rest; nil when there is none, or it is open.
    public var isProtectedAtRest: Bool? {
        if case .locked(_, let isProtected) = identity { isProtected } else { nil }
    }

    /// The log that is written; nil while there is no identity.
    public var journalOrigin: JournalOrigin? {
        switch device {
        case .some(let device): device.journal.head.origin
        case .none: nil
        }
    }

    /// The key that opens what is stored for us: for the disk thread, while the identity is unlocked.
    public var storageKey: SharedSecret? {
        switch device {
        case .some(let device): SharedSecret(device.identity.storage.copy())
        case .none: nil
        }
    }

    /// The process was asked to stop.
    public mutating func stop(at moment: AuditLog.Moment) {
        context.moment = moment
        beginStopping()
        finish()
    }

    // MARK: After every input

    mutating func finish() {
        device?.settle(&context)
        finishClosing()
        publish()
    }

    private mutating func publish() {
        for event in context.events { tell(event.type, event.data) }
        context.events.removeAll(keepingCapacity: true)
        for (request, result) in context.answers { answer(request, result) }
        context.answers.removeAll(keepingCapacity: true)
        for (request, failure) in context.diskFailures {
            if let waiting = diskRequests.removeValue(forKey: request) { answer(waiting, .failure(failure)) }
        }
        context.diskFailures.removeAll(keepingCapacity: true)
    }
}

/// What the daemon knows of where it runs, for `daemon.status`.
public struct Surroundings: Sendable {
    /// Names this run of the daemon.
    public let boot: String
    /// The number of the process.
    public let processID: Int
    /// The folder of its state.
    public let home: String
    /// The SHA-256 of the program that runs, when it is known.
    public let binary: Bytes32?

    /// A daemon's surroundings.
    public init(boot: String, processID: Int, home: String, binary: Bytes32? = nil) {
        self.boot = boot
        self.processID = processID
        self.home = home
        self.binary = binary
    }
}

/// What is known of an identity without its keys.
public struct PublicIdentity: Equatable, Sendable {
    /// Who.
    public let peer: PeerID
    /// The name.
    public let name: String

    /// The identity `peer`, called `name`.
    public init(peer: PeerID, name: String) {
        self.peer = peer
        self.name = name
    }
}
