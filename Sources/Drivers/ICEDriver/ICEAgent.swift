import Basics
import CNice
import Glibc
import NetworkLoop
import Paths

/// One agent of libnice, with one stream and one component.
///
/// libnice 0.1.21 is not safe on two threads at once (TURN over TCP), so all of it happens on the network thread. It
/// closes by itself when the last owner lets go.
@NetworkActor
@safe
final class ICEAgent {
    let id: ICEAgentID
    let policy: ICEPolicy
    /// The servers it gathers with; nil before it gathers.
    private(set) var servers: [ResolvedServer]?
    /// Those that gave a candidate.
    private(set) var usefulServers: Set<ResolvedServer> = []
    /// The pair in use.
    var pair: ICEPair?
    /// The server of the relay in use.
    var relay: ResolvedServer?
    /// Whether the end has been told.
    var isFailed = false

    private let agent: OpaquePointer
    private let stream: UInt32
    private let callbacks: ICECallbacks
    private var heldBack: [ICECandidate] = []
    private var isConnected = false
    private var remoteCandidateCount = 0

    /// Regular nomination waits until two pairs work, a host-to-host pair works, or every check is given up: at libnice's
    /// own seven a pair that works after 40 ms is nominated after many seconds. Two mean that a check is sent at 0 and
    /// 500 ms and given up at 750 ms; with one it would be sent once only, and a single loss would cost the pair.
    private static let retransmissions: UInt32 = 2
    /// The kernel's usual 200 KB hold a tenth of a second of video; a busy loop must not lose more by it.
    private static let receiveBufferByteCount: Int32 = 1 << 20

    init(
        _ id: ICEAgentID, isControlling: Bool, local: ICECredentials, policy: ICEPolicy,
        told: @escaping @NetworkActor (ICENews) -> Void,
        received: @escaping @NetworkActor (UnsafeMutableRawBufferPointer) -> Void
    ) {
        self.id = id
        self.policy = policy
        let callbacks = unsafe ICECallbacks(told: NetworkActor.proved(told), received: NetworkActor.proved(received))
        let isRelayOnly = gboolean(policy == .relay ? 1 : 0)
        guard
            let agent = unsafe parley_nice_agent_new(
                NetworkActor.context, isControlling ? 1 : 0, isRelayOnly, Self.retransmissions)
        else { preconditionFailure("libnice makes no agent") }
        let me = unsafe Unmanaged.passUnretained(callbacks).toOpaque()
        var signals = ICECallbacks.signals
        unsafe parley_nice_connect(agent, &signals, me)
        let stream = unsafe nice_agent_add_stream(agent, 1)
        unsafe nice_agent_set_local_credentials(agent, stream, local.usernameFragment, local.password)
        unsafe self.agent = agent
        self.stream = stream
        self.callbacks = callbacks
        resume()
    }

    /// The TURN allocations are given back first: an agent that is only let go leaves them on the server for minutes.
    /// libnice keeps the agent until that is done, and we keep our reference until it says so.
    isolated deinit {
        unsafe parley_nice_disconnect(agent, Unmanaged.passUnretained(callbacks).toOpaque())
        pause()
        unsafe nice_agent_close_async(agent, { agent, _, _ in unsafe g_object_unref(agent) }, nil)
    }

    // MARK: Gathering

    /// Families of the addresses that candidates would have here, best first; the choice between the addresses of a
    /// server.
    static func families() -> [IPAddress.Family] {
        let families = Set(localAddresses().map(\.family))
        return [IPAddress.Family.v4, .v6].filter(families.contains)
    }

    /// The addresses that host candidates have: those that libnice would take (interfaces of containers and virtual
    /// machines are left out), but
    /// - of the machine itself only where there are no others: then a peer can only be here too;
    /// - never link-local ones of IPv6, whose interface a peer cannot know: it would refuse them;
    /// - not more than a peer takes. libnice aborts when a candidate lies on the 65th address of a machine.
    private static func localAddresses() -> [IPAddress] {
        let outer = interfaceAddresses(withLoopback: false)
        let addresses = outer.isEmpty ? interfaceAddresses(withLoopback: true) : outer
        return Array(addresses.prefix(CandidateFilter.capacity))
    }

    private static func interfaceAddresses(withLoopback: Bool) -> [IPAddress] {
        let list = unsafe nice_interfaces_get_local_ips(withLoopback ? 1 : 0)
        defer { unsafe g_list_free_full(list) { unsafe g_free($0) } }
        var addresses: [IPAddress] = []
        var next = unsafe list
        while let node = unsafe next {
            // A link-local address has its interface behind a percent sign, so that it is none to us.
            if let text = unsafe node.pointee.data?.assumingMemoryBound(to: CChar.self),
                let address = unsafe IPAddress(String(cString: text))
            {
                addresses.append(address)
            }
            unsafe next = node.pointee.next
        }
        return addresses
    }

    /// Looks for candidates, with literal addresses of servers only. False: this machine has no address at all.
    func gather(with servers: [ResolvedServer]) -> Bool {
        self.servers = servers
        if let server = stunServer {
            unsafe parley_nice_set_stun_server(agent, "\(server.address.ip)", guint(server.address.port))
        }
        for server in turnServers { add(relay: server) }
        for ip in Self.localAddresses() {
            var address = NiceAddress()
            SocketAddress(ip, port: 0).write(to: &address)
            unsafe nice_agent_add_local_address(agent, &address)
        }
        guard unsafe nice_agent_gather_candidates(agent, stream) != 0 else { return false }
        unsafe parley_nice_set_receive_buffers(agent, stream, Self.receiveBufferByteCount)
        return true
    }

    /// libnice asks one STUN server, and none when only relays are wanted.
    private var stunServer: ResolvedServer? { policy == .all ? servers?.first { !$0.isTURN } : nil }

    /// libnice takes so many, in the order of the configuration.
    private var turnServers: [ResolvedServer] {
        Array((servers ?? []).filter(\.isTURN).prefix(Int(NICE_CANDIDATE_MAX_TURN_SERVERS)))
    }

    /// NICE_RELAY_TYPE_TURN_TLS is not offered: in this compatibility libnice speaks plain TCP under that name.
    private func add(relay server: ResolvedServer) {
        guard case .turn(let transport, let username, let credential) = server.server.service else { return }
        unsafe nice_agent_set_relay_info(
            agent, stream, 1, "\(server.address.ip)", guint(server.address.port), username, credential.value,
            transport == .udp ? NICE_RELAY_TYPE_TURN_UDP : NICE_RELAY_TYPE_TURN_TCP)
    }

    /// Notes which server a candidate came from.
    func credit(_ candidate: ICECandidate) {
        switch candidate.kind {
        case .relayed: if let server = server(ofRelay: candidate.priority) { usefulServers.insert(server) }
        case .serverReflexive: if let stunServer { usefulServers.insert(stunServer) }
        case .host, .peerReflexive: break
        }
    }

    /// The servers that were asked and gave nothing. libnice gives a second relay on the same host back, so that the
    /// others there count as useful.
    var uselessServers: [ResolvedServer] {
        let relayHosts = Set(usefulServers.filter(\.isTURN).map(\.address.ip))
        let relays = turnServers.filter { !relayHosts.contains($0.address.ip) }
        return relays + (stunServer.map { usefulServers.contains($0) ? [] : [$0] } ?? [])
    }

    /// The server of a relayed candidate of our own with this priority.
    ///
    /// What a signal of libnice 0.1.21 hands out is a copy without its server, and asking a copy for it reads through
    /// NULL. But bits 14 to 16 of the priority are the server's place in the order they were added.
    func server(ofRelay priority: UInt32) -> ResolvedServer? {
        let place = Int(priority >> 14 & 7)
        return place < turnServers.count ? turnServers[place] : nil
    }

    // MARK: Connecting

    /// Takes the peer's credentials: checks begin as soon as both sides have candidates.
    func connect(_ remote: ICECredentials) {
        unsafe nice_agent_set_remote_credentials(agent, stream, remote.usernameFragment, remote.password)
        isConnected = true
        set(heldBack)
        heldBack = []
    }

    /// Takes candidates of the peer. They wait for its credentials, without which a check cannot be built.
    func add(_ candidates: [ICECandidate]) {
        let room = max(0, Int(NICE_AGENT_MAX_REMOTE_CANDIDATES) - remoteCandidateCount)
        let candidates = candidates.prefix(room).filter { $0.kind.niceType != nil }
        remoteCandidateCount += candidates.count
        if isConnected { set(candidates) } else { heldBack += candidates }
    }

    private func set(_ candidates: [ICECandidate]) {
        for candidate in candidates {
            unsafe candidate.withNiceCandidate { [agent = unsafe agent, stream] candidate in
                var node = unsafe GSList(data: candidate, next: nil)
                unsafe nice_agent_set_remote_candidates(agent, stream, 1, &node)
            }
        }
    }

    // MARK: Datagrams

    /// Sends one datagram on the pair in use; 0 or an errno.
    func send(_ datagram: RawSpan) -> Int32 { unsafe sendOnPair(agent, stream, datagram) }

    /// Receives again.
    func resume() {
        unsafe nice_agent_attach_recv(
            agent, stream, 1, NetworkActor.context,
            { _, _, _, count, bytes, me in
                unsafe ICECallbacks.of(me).received(UnsafeMutableRawBufferPointer(start: bytes, count: Int(count)))
            }, Unmanaged.passUnretained(callbacks).toOpaque())
    }

    /// Leaves what arrives in the kernel until `resume`.
    func pause() { unsafe nice_agent_attach_recv(agent, stream, 1, NetworkActor.context, nil, nil) }
}

/// Not isolated: a closure that an isolated function hands to the standard library checks at each call where it runs.
private func sendOnPair(_ agent: OpaquePointer, _ stream: UInt32, _ datagram: RawSpan) -> Int32 {
    unsafe datagram.withUnsafeBytes { unsafe parley_nice_send(agent, stream, $0.baseAddress, gsize($0.count)) }
}
