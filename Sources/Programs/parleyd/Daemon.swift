import Basics
import CodecDriver
import ControlAPI
import ControlSocket
import Crypto
import Glibc
import ICEDriver
import Journal
import NetworkLoop
import NodeEngine
import Paths
import Platform
import Vault

/// Everything that the node needs to touch the world, on the network thread: sockets, timers, the disk, media, clients.
///
/// It decides nothing. Each event is given to the node, and `pump` carries out what the node then wants.
@NetworkActor
final class Daemon {
    var node: Node
    let paths: HomePaths
    let environment: [String: String]
    let keys: KeyKeeper
    let disk = DiskExecutor()
    /// Reads the journal for clients: that takes long, and must not keep those waiting who write it.
    let reading = DiskExecutor()
    let patient = PatientThreads()
    let descriptors = DescriptorStore()
    var sockets: [UDPSocket] = []
    var control: ControlServer?
    /// The control socket's names of the node's clients.
    var clients: [ClientNumber: ClientID] = [:]
    var lineCount: UInt64 = 0
    /// Whether the command line names the configuration: then it must be there.
    private let isConfigurationRequired: Bool
    private var lock: HomeLock?
    private var engine: MediaEngine?
    private var agents: ICEAgents?
    /// The only way out, when the policy wants that: then there are no sockets.
    private var relay: Relay?
    private var timer: LoopTimer?
    private var clockTimer: LoopTimer?
    private var signals: Signals?
    private var addresses: AddressWatch?
    private var isPumping = false

    init(_ startup: consuming Startup) throws(StartFailure) {
        var random = SeededRandom(seed: SystemEntropy.seed())
        let boot: UInt64 = random.next()
        let keys = KeyKeeper(paths: startup.paths, boot: boot)
        let known: (PublicIdentity, isProtected: Bool)?
        do throws(KeyFailure) { known = try keys.publicIdentity() } catch {
            if case .exposed(let what) = error { throw StartFailure(.configuration, what) }
            throw StartFailure(.inputOutput, "\(error)")
        }
        let isRelayed = startup.configuration.icePolicy == .relay
        let addresses =
            isRelayed ? [] : try Listening.addresses(startup.configuration, keeping: startup.paths.port)
        paths = startup.paths
        environment = startup.environment
        isConfigurationRequired = startup.isConfigurationRequired
        self.keys = keys
        node = Node(
            configuration: startup.configuration,
            surroundings: Surroundings(
                boot: Hex.encode(boot.bigEndianBytes), processID: Int(getpid()),
                home: startup.paths.places.state, binary: RunningProgram.hash),
            identity: known, random: random.stream(named: "node"), at: KeyKeeper.moment)
        lock = startup.lock
        sockets = try bind(addresses)
        try Listening.keep(sockets.first?.address.port, at: paths.port)
        if !isRelayed { node.listening(on: sockets.map(\.address), interfaces: Listening.interfaceAddresses) }
        begin()
    }

    private func begin() {
        engine = MediaEngine(descriptors: descriptors) { [weak self] in self?.mediaWoke() }
        agents = ICEAgents(
            event: { [weak self] agent, event in self?.heard(event, of: agent) },
            received: { [weak self] datagram, agent, time in self?.received(&datagram, through: agent, at: time) },
            batchEnded: { [weak self] in self?.batchEnded() },
            report: { [weak self] in self?.heard($0) },
            named: { [weak self] name, addresses in self?.node.handle(addresses, ofServer: name) })
        if node.configuration.icePolicy == .relay {
            relay = Relay(
                received: { [weak self] datagram, peer, time in self?.received(&datagram, from: peer, at: time) },
                batchEnded: { [weak self] in self?.batchEnded() },
                changed: { [weak self] in self?.relayChanged($0) },
                report: { [weak self] in self?.heard($0) })
        }
        configureServers()
        timer = LoopTimer { [weak self] in self?.timeout() }
        clockTimer = LoopTimer { [weak self] in self?.readClock() }
        readClock()
        signals = Signals { [weak self] signal in self?.received(signal) }
        do throws(SystemError) { addresses = try AddressWatch { [weak self] in self?.networkChanged() } } catch {
            Log.warning("changes of this machine's addresses go unnoticed: \(error)")
        }
        warn(of: node.configuration)
        unlockAtStart { [weak self] in self?.open() }
    }

    /// Lets clients in, and says so: everything that could be opened without a person is open.
    private func open() {
        do throws(ControlSocketError) { control = try ControlServer(at: paths.socket, delegate: self) } catch {
            Log.error("the control socket cannot be opened: \(error)")
            return finish()
        }
        node.started(at: KeyKeeper.moment)
        pump()
        ServiceManager.notify(.ready)
        let ways = relay == nil ? sockets.map { "\($0.address)" }.joined(separator: ", ") : "no port, but a relay's"
        Log.notice("listening on \(ways); control: \(paths.socket)")
    }

    // MARK: Events

    private func timeout() {
        node.timeout(at: KeyKeeper.moment)
        pump()
    }

    /// Whether the clock is kept changes seldom.
    private static let clockPeriod: Duration = .seconds(600)

    private func readClock() {
        let clock = WallClock.synchronization
        node.clock(
            ClockState(isSynchronized: clock.isSynchronized, maximumError: clock.maximumError), at: KeyKeeper.moment)
        clockTimer?.set(MonotonicClock.now + Self.clockPeriod)
        pump()
    }

    private func received(_ signal: Signals.Signal) {
        switch signal {
        case .terminate, .interrupt:
            ServiceManager.notify(.stopping)
            node.stop(at: KeyKeeper.moment)
        case .hangUp: reload()
        }
        pump()
    }

    private func warn(of configuration: Configuration) {
        for setting in configuration.withoutEffect {
            Log.warning("\(setting) is understood, and means nothing to this version yet")
        }
    }

    private func reload() {
        do throws(StartFailure) {
            let configuration = try Startup.readConfiguration(paths.configuration, isRequired: isConfigurationRequired)
            if (configuration.listenPort, configuration.listenAddresses)
                != (node.configuration.listenPort, node.configuration.listenAddresses)
            {
                Log.warning("listen.port and listen.addresses change at the next start")
            }
            if configuration.icePolicy != node.configuration.icePolicy {
                Log.warning("ice.policy changes at the next start; until then it is \(node.configuration.icePolicy)")
            }
            node.reconfigure(configuration, at: KeyKeeper.moment)
            configureServers()
            warn(of: configuration)
            Log.notice("the configuration was read again: \(paths.configuration)")
        } catch { Log.error("the configuration stays as it was: \(error.reason)") }
    }

    /// Under the policy `relay` nobody but TURN servers is asked for anything.
    private func configureServers() {
        let servers = node.configuration.iceServers
        agents?.configure(servers: relay == nil ? servers : servers.filter { $0.service != .stun })
        relay?.configure(servers: servers)
    }

    // MARK: The pump

    /// Carries out everything that the node wants, then waits for the next event or deadline.
    func pump() {
        guard !isPumping else { return }  // an event within an event: the outer pump goes on
        isPumping = true
        var isBusy = true
        while isBusy {
            isBusy = sendDatagrams()
            while let output = node.poll() {
                carryOut(output)
                isBusy = true
            }
        }
        isPumping = false
        timer?.set(node.deadline.moment)
    }

    private func carryOut(_ output: NodeOutput) {
        switch output {
        case .send(let line, let client): send(line, to: client)
        case .store(let changes, let ticket): store(changes, ticket)
        case .journal(let batch): write(batch)
        case .keys(let command): carryOut(command)
        case .read(let command, let request): read(command, request)
        case .close(let line): descriptors.forget(line)
        case .media(let command): carryOut(command)
        case .ice(let command): agents?.carryOut(command)
        case .permit(let addresses): relay?.permit(addresses)
        case .log(let level, let text): log(level, text)
        case .stop: finish()
        }
    }

    private func log(_ level: LogLevel, _ text: String) {
        switch level {
        case .debug: Log.debug(text)
        case .info: Log.info(text)
        case .notice: Log.notice(text)
        case .warning: Log.warning(text)
        case .error: Log.error(text)
        }
    }

    /// Everything is told and stored: the process ends when `NetworkActor.run` returns.
    private func finish() {
        for socket in sockets { socket.close() }
        relay?.close()
        // Nothing rests on what is read; who reads an export slowly does not hold the end up.
        disk.stop()
        lock = nil
        // Last, since it is how `parley down` knows that all is done and another daemon may start.
        control?.close()
        control = nil
        NetworkActor.stop()
    }

    // MARK: Datagrams

    private func bind(_ addresses: [SocketAddress]) throws(StartFailure) -> [UDPSocket] {
        var sockets: [UDPSocket] = []
        for address in addresses {
            // A port that the kernel chooses for the first is that of all: it is the one that is kept.
            let port = address.port == 0 ? sockets.first?.address.port ?? 0 : address.port
            do throws(SystemError) {
                sockets.append(
                    try UDPSocket(
                        bindingTo: SocketAddress(address.ip, port: port),
                        received: { [weak self] datagram, arrival in self?.received(&datagram, arrival) },
                        batchEnded: { [weak self] in self?.batchEnded() }))
            } catch { throw StartFailure(.inputOutput, "\(address) cannot be bound: \(error)") }
        }
        return sockets
    }

    private func received(_ datagram: inout MutableRawSpan, _ arrival: UDPSocket.Arrival) {
        let media = node.receive(
            &datagram, from: arrival.source, to: arrival.local, at: KeyKeeper.moment(at: arrival.time))
        if let media { engine?.play(media, datagram.bytes.extracting(media.payload), at: arrival.time) }
    }

    private func batchEnded() {
        let moment = KeyKeeper.moment
        engine?.runPictures(isWoken: false, through: &node, at: moment)
        node.settle(at: moment)
        pump()
    }

    /// Hands the waiting datagrams to the kernel; true when there were any.
    private func sendDatagrams() -> Bool {
        var isBusy = false
        while let ends = node.nextDatagramEnds {
            transmit(node.nextDatagram, between: ends)
            node.removeDatagram()
            isBusy = true
        }
        return isBusy
    }

    /// What is lost here is lost as on the way; the socket counts it. When our address of a path is gone, another may
    /// still lead there: the peer then sees a new path.
    private func transmit(_ packet: RawSpan, between ends: DatagramEnds) {
        switch ends {
        case .addresses(let local, let remote):
            if let relay { relay.send(packet, to: remote) } else { transmit(packet, from: local, to: remote) }
        case .agent(let agent): agents?.send(packet, on: agent)
        }
    }

    private func transmit(_ packet: RawSpan, from local: IPAddress?, to remote: SocketAddress) {
        let socket = socket(at: local, for: remote)
        guard socket?.send(packet, to: remote, from: local) == .unreachable, local != nil else { return }
        _ = socket?.send(packet, to: remote)
    }

    /// The socket at our end; else one of the far end's family; else any. Without closures, which would check at each call
    /// whether this is the network thread.
    private func socket(at local: IPAddress?, for remote: SocketAddress) -> UDPSocket? {
        var candidate: UDPSocket?
        for socket in sockets {
            if socket.address.ip == local { return socket }
            if candidate == nil, socket.address.ip.family == remote.ip.family { candidate = socket }
        }
        return candidate ?? sockets.first
    }

    // MARK: The relay

    private func received(_ datagram: inout MutableRawSpan, from peer: SocketAddress, at time: Instant) {
        let media = node.receive(&datagram, from: peer, to: nil, at: KeyKeeper.moment(at: time))
        if let media { engine?.play(media, datagram.bytes.extracting(media.payload), at: time) }
    }

    private func relayChanged(_ place: Relay.Place?) {
        Log.notice(place == nil ? "there is no relay any more: nothing goes out" : "a relay is the way out")
        node.relayed(to: place?.address, by: place?.transport ?? .udp, at: KeyKeeper.moment)
        pump()
    }

    // MARK: ICE

    private func received(_ datagram: inout MutableRawSpan, through agent: ICEAgentID, at time: Instant) {
        let media = node.receive(&datagram, through: agent, at: KeyKeeper.moment(at: time))
        if let media { engine?.play(media, datagram.bytes.extracting(media.payload), at: time) }
    }

    private func heard(_ event: ICEEvent, of agent: ICEAgentID) {
        node.handle(event, of: agent, at: KeyKeeper.moment)
        pump()
    }

    private func heard(_ report: ICEServerReport) {
        node.handle(report)
        pump()
    }

    private func networkChanged() {
        let interfaces = Listening.interfaceAddresses
        relay?.networkChanged(interfaces: interfaces)
        node.networkChanged(interfaces: interfaces, at: KeyKeeper.moment)
        pump()
    }

    // MARK: Media

    private func carryOut(_ command: MediaCommand) {
        for news in engine?.carryOut(command) ?? [] { node.media(news, at: KeyKeeper.moment) }
    }

    private func mediaWoke() {
        let moment = KeyKeeper.moment
        engine?.sendSound(through: &node, at: moment)
        while engine?.sendPicture(through: &node, at: moment) == true { _ = sendDatagrams() }
        engine?.runPictures(isWoken: true, through: &node, at: moment)
        for news in engine?.drainNews() ?? [] { node.media(news, at: moment) }
        pump()
    }

    /// Brings the figures of media and sockets to the node, before a client may ask for them.
    func countForClients() {
        node.counted(
            withoutRoom: sockets.reduce(0) { $0 + $1.counters.kernelDrops },
            tooLong: sockets.reduce(0) { $0 + $1.counters.truncated })
        for (call, report) in engine?.reports() ?? [] { node.counted(call, report) }
    }
}

extension UInt64 {
    /// The bytes, most significant first.
    fileprivate var bigEndianBytes: [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> UInt64($0)) }
    }
}
