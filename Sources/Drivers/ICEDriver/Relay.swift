public import Basics
import Glibc
public import NetworkLoop
public import Paths
import Platform

/// The only way out of a daemon whose policy is `relay`: an allocation at one of its TURN servers, through which all
/// datagrams go. Nobody else ever sees a packet from an address of this machine; while there is no allocation, nothing goes.
@NetworkActor
public final class Relay {
    /// An allocation.
    public struct Place: Equatable, Sendable {
        /// The address that is ours at the server.
        public let address: SocketAddress
        /// How the server is reached.
        public let transport: ICECandidate.RelayTransport
    }

    private let received: @NetworkActor (inout MutableRawSpan, SocketAddress, Instant) -> Void
    private let batchEnded: @NetworkActor () -> Void
    private let changed: @NetworkActor (Place?) -> Void
    private let report: @NetworkActor (ICEServerReport) -> Void

    private var servers: [ICEServer] = []
    private var names: ServerNames?
    private var connection: RelayConnection?
    private var timer: LoopTimer?
    private var place: Place?
    private var permitted: [IPAddress] = []
    private var told: [ICEServer: ICEServerReport] = [:]
    /// Which server is asked next, and how many in a row were of no use.
    private var next = 0, failureCount = 0
    private var isClosed = false, wasPortTaken = false

    /// Between two servers, and after all were of no use: twice as long each time, at most `longestWait`.
    private static let shortestWait = Duration.milliseconds(250), longestWait = Duration.seconds(30)

    /// `received` is lent each datagram that came through the relay with who sent it, `batchEnded` is called after each
    /// batch; `changed` tells the allocation, or that there is none any more.
    public init(
        received: @escaping @NetworkActor (inout MutableRawSpan, SocketAddress, Instant) -> Void,
        batchEnded: @escaping @NetworkActor () -> Void,
        changed: @escaping @NetworkActor (Place?) -> Void,
        report: @escaping @NetworkActor (ICEServerReport) -> Void
    ) {
        self.received = received
        self.batchEnded = batchEnded
        self.changed = changed
        self.report = report
        timer = LoopTimer { [weak self] in self?.connect() }
        names = ServerNames { [weak self] _, _ in self?.connect() }
    }

    /// Sets the TURN servers, of which the first that works is used; STUN servers are left alone. An allocation at one
    /// that is no longer among them is given back.
    public func configure(servers: [ICEServer]) {
        self.servers = servers.filter { $0.service != .stun }
        names?.keep(Set(self.servers.map(\.host)))
        told = told.filter { self.servers.contains($0.key) }
        (next, failureCount) = (0, 0)
        if let connection, !self.servers.contains(connection.server.server) { connection.release() }
        timer?.set(MonotonicClock.now)
    }

    /// From which addresses the server is to let in packets, beside those that were sent to.
    public func permit(_ addresses: [IPAddress]) {
        permitted = addresses
        if place != nil { connection?.permit(withOwn) }
    }

    /// Others with a relay at the same server come from its address.
    private var withOwn: [IPAddress] { (place.map { [$0.address.ip] } ?? []) + permitted }

    /// Sends a datagram through the relay; while there is none it is lost.
    public func send(_ datagram: RawSpan, to peer: SocketAddress) {
        if place != nil { connection?.send(datagram, to: peer) }
    }

    /// This machine has these addresses now: from one that is gone nothing reaches the server any more.
    public func networkChanged(interfaces: [IPAddress]) {
        failureCount = 0
        if let local = connection?.localAddress, !interfaces.contains(local) { connection?.release() }
        timer?.set(MonotonicClock.now)
    }

    /// Gives the allocation back. Nothing goes out after this.
    public func close() {
        isClosed = true
        connection?.release()
        timer = nil
        names = nil
    }

    // MARK: The connection

    private func connect() {
        guard connection == nil, !isClosed, !servers.isEmpty else { return }
        let server = servers[next % servers.count]
        names?.refresh(server.host)
        guard let addresses = names?.addresses(of: server.host) else { return }  // the name's answer comes here again
        guard let ip = choose(among: addresses) else { return failed(server, .unknownName) }
        guard case .turn(_, let username, let credential) = server.service else { return }
        connection = RelayConnection(
            ResolvedServer(server: server, address: SocketAddress(ip, port: server.port)), username: username,
            credential: credential,
            RelayConnection.Handlers(
                received: received, batchEnded: batchEnded,
                allocated: { [weak self] in self?.allocated($0, at: server) },
                ended: { [weak self] in self?.ended($0, at: server) }))
    }

    /// The address of a server in a family that this machine has, best first.
    private func choose(among addresses: [IPAddress]) -> IPAddress? {
        let families = ICEAgent.families()
        return families.lazy.compactMap { family in addresses.first { $0.family == family } }.first ?? addresses.first
    }

    private func allocated(_ address: SocketAddress, at server: ICEServer) {
        guard case .turn(let transport, _, _) = server.service else { return }
        (failureCount, wasPortTaken) = (0, false)
        tell(ICEServerReport(server: server, fault: nil))
        place = Place(address: address, transport: transport)
        connection?.permit(withOwn)
        changed(place)
    }

    private func ended(_ end: TURNClient.End, at server: ICEServer) {
        connection = nil
        if place != nil {
            place = nil
            changed(nil)
        }
        switch end {
        case .faulty(let fault): failed(server, fault)
        case .portTaken where !wasPortTaken:
            wasPortTaken = true
            timer?.set(MonotonicClock.now)
        case .portTaken: failed(server, .error(code: 437, reason: "Allocation Mismatch"))
        case .released: timer?.set(MonotonicClock.now)
        }
    }

    private func failed(_ server: ICEServer, _ fault: ICEServerReport.Fault) {
        tell(ICEServerReport(server: server, fault: fault))
        next += 1
        failureCount += 1
        wasPortTaken = false
        let rounds = failureCount / max(1, servers.count)
        timer?.set(MonotonicClock.now + min(Self.shortestWait * (1 << min(rounds, 10)), Self.longestWait))
    }

    private func tell(_ news: ICEServerReport) {
        guard told[news.server] != news else { return }
        told[news.server] = news
        report(news)
    }
}
