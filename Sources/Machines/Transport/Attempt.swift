internal import Basics
internal import Crypto

/// One attempt of ours to make keys with a peer: one message 1, the same bytes on every retry and every route.
struct Attempt: ~Copyable {
    /// Routes whose cookie is kept.
    private static let cookieCapacity = 8
    /// Messages 2 and cookies that we try to open. They cost work and can be forged by who sees our index.
    private static let answers = TokenBucket.Size(rate: 4, burst: 16)

    /// The psk of the named secrets, with what continues the chain and without: a responder that cannot continue it
    /// answers with the latter.
    struct PSKs: ~Copyable {
        let continuing: SecretBytes?
        let plain: SecretBytes
    }

    let peer: Bytes32
    let index: SessionIndex
    /// The packet, with no mac2.
    let packet: [UInt8]
    /// SHA-256 of all before mac1.
    let hash: Bytes32
    let mac: PacketMAC
    let started: Instant
    /// What it continues.
    let link: ChainLink?
    let psks: PSKs
    /// The session whose control stream carries it; nil when it travels by routes.
    let session: SessionID?

    var handshake: InitiatorHandshake
    private var cookies: [(route: Route, cookie: [UInt8])] = []
    var answerBudget: TokenBucket
    /// The peer's message 1 that gives way to ours for a while.
    var held: PendingInitiation?
    var hasReportedVersions = false
    private let schedule: RetrySchedule
    private var messageCount = 1
    private(set) var retryTime: Instant?

    init(
        peer: Bytes32, header: InitiationHeader, handshake: consuming InitiatorHandshake,
        link: ChainLink?, psks: consuming PSKs, session: SessionID?, schedule: RetrySchedule, at now: Instant
    ) {
        self.peer = peer
        index = header.sender
        mac = PacketMAC(of: peer)
        let packet = HandshakePacket.make(header: header.bytes, message: handshake.message, mac: mac)
        hash = SHA256.hash(HandshakePacket.signed(of: packet.rawSpan))
        self.packet = packet
        started = now
        self.link = link
        self.psks = psks
        self.session = session
        self.handshake = handshake
        answerBudget = TokenBucket(Self.answers, at: now)
        self.schedule = schedule
    }

    var isHolding: Bool {
        switch held {
        case .some: true
        case .none: false
        }
    }

    /// The mac1 that cookies and version packets answer.
    var mac1: [UInt8] { [UInt8](HandshakePacket.mac1(of: packet.rawSpan)) }

    /// The packet as it goes on `route`.
    func packet(on route: Route) -> [UInt8] {
        guard let known = cookies.first(where: { $0.route == route }) else { return packet }
        return HandshakePacket.stamp(packet, cookie: known.cookie)
    }

    /// Keeps a cookie; the oldest makes room.
    mutating func keep(_ cookie: [UInt8], of route: Route) {
        cookies.removeAll { $0.route == route }
        if cookies.count >= Self.cookieCapacity { cookies.removeFirst() }
        cookies.append((route, cookie))
    }

    // MARK: Answers

    struct Answer {
        let payload: [UInt8]
        /// Whether the responder could continue the chain.
        let isContinuation: Bool
    }

    /// Reads message 2; nil, and nothing changed, for a forged one.
    mutating func read(_ message: RawSpan, _ header: ResponseHeader) -> Answer? {
        switch psks.continuing {
        case .some(let psk):
            if let payload = handshake.read(message, header: header, psk: psk) {
                return Answer(payload: payload, isContinuation: true)
            }
        case .none: break
        }
        // Inside a session both sides have what continues it.
        guard session == nil else { return nil }
        return handshake.read(message, header: header, psk: psks.plain)
            .map { Answer(payload: $0, isContinuation: false) }
    }

    /// The cookie for a message 1 that travels by routes.
    func openCookie(_ packet: RawSpan) -> [UInt8]? {
        session == nil ? CookiePacket.open(packet, mac1: mac1, key: mac.cookieKey) : nil
    }

    func readVersions(_ packet: RawSpan) -> [UInt8]? { VersionPacket.versions(in: packet, answering: mac1, mac: mac) }

    // MARK: Time

    var end: Instant { started + schedule.limit }

    /// When a held message 1 of the peer's has waited long enough.
    var precedenceEnd: Instant? { isHolding ? started + Timing.precedence : nil }

    /// The message went out; on a control stream it goes once, because that is reliable.
    mutating func noteSent(at now: Instant, using random: inout SeededRandom) {
        guard session == nil else { return }
        retryTime = now + schedule.interval(afterMessage: messageCount, using: &random)
        messageCount += 1
    }

    var deadline: Instant { [retryTime, precedenceEnd].compactMap { $0 }.reduce(end, min) }
}
