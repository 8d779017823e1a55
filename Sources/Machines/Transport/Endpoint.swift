public import Basics
public import Crypto

/// The transport of one device: its handshakes, its sessions, and what strangers may cost it (PROTOCOL §2, §3).
///
/// Feed it one input (`handle`, `open`, `seal`, `timeout`, `initiate`, …), then `poll` until it answers `.wait`; only
/// then feed the next. Opening and sealing allocate nothing; a session is reached in O(1) by the packet's index. It owns
/// no socket, clock or chance: the time and a generator come with each call.
public struct Endpoint: ~Copyable {
    /// The payload that makes a message 1 of 1,200 bytes, as a bare port asks for.
    public static let initiationPayloadByteCount =
        HandshakePacket.maximumByteCount - HandshakePacket.initiationOverhead

    /// Bytes of a packet beside its plaintext: 8 before and 16 behind.
    public static let packetOverhead = TransportHeader.overhead
    /// Where the plaintext stands in a packet.
    public static let plaintextOffset = TransportHeader.byteCount

    /// Our Noise static.
    public var publicKey: Bytes32 { identity.publicKey }
    /// What was dropped so far.
    public internal(set) var drops = DropCounts()

    let identity: X25519.KeyPair
    /// The codes of packets to us, and of our cookies.
    let mac: PacketMAC
    let limits: Limits

    var sessions: Slab<SessionID, Session>
    var attempts: Slab<HandshakeID, Attempt>
    var decisions: Slab<InitiationToken, PendingInitiation>
    var chains: Slab<DormantChain.ID, DormantChain>
    var indexes: IndexTable
    var memory: MessageMemory
    var budget: HandshakeBudget
    var cookies: CookieJar

    private var outputs: [Output] = []
    private var polled = 0
    private var deadline: Instant?

    /// The endpoint of the device whose Noise static has the secret `key`, 32 bytes.
    public init(
        key: consuming SecretBytes, limits: Limits = Limits(), at now: Instant, using random: inout SeededRandom
    ) {
        identity = X25519.KeyPair(secret: key)
        mac = PacketMAC(of: identity.publicKey)
        self.limits = limits
        sessions = Slab(capacity: limits.sessions)
        attempts = Slab(capacity: limits.attempts)
        decisions = Slab(capacity: limits.decisions)
        chains = Slab(capacity: limits.dormantChains)
        indexes = IndexTable(capacity: limits.indexes)
        memory = MessageMemory(capacity: limits.messages)
        budget = HandshakeBudget(capacity: limits.budgets)
        cookies = CookieJar(at: now, using: &random)
    }

    /// The next thing to do or to know.
    public mutating func poll() -> Output {
        if polled < outputs.count {
            defer { polled += 1 }
            return outputs[polled]
        }
        outputs.removeAll(keepingCapacity: true)
        polled = 0
        return .wait(until: nextDeadline())
    }

    /// The first moment at which `timeout` has something to do, or one before it.
    mutating func nextDeadline() -> Instant {
        let next = deadline ?? earliestDeadline
        deadline = next
        return next
    }

    mutating func emit(_ output: Output) { outputs.append(output) }

    /// Something changed that may bring the next deadline forward. Traffic only puts it off: no need to call this for it.
    mutating func touchDeadline() { deadline = nil }

    /// Counts a drop and passes the reason on.
    mutating func dropped(_ reason: DropReason) -> DropReason {
        drops.count(reason)
        return reason
    }
}
