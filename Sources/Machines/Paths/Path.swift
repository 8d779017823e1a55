internal import Basics

/// One path of a session: whether packets arrive over it, and when it is next asked.
struct Path: Sendable {
    /// A challenge that has not been answered.
    struct Challenge: Sendable { let token: UInt64, sentAt: Instant }

    let id: PathID
    var kind: PathKind
    private(set) var ends: PathEnds
    /// The pair of its agent, when it is one.
    var pair: ICEPair?
    private(set) var isProven: Bool
    private(set) var roundTrip: Duration? {
        didSet { patience = max(Self.leastPatience, (roundTrip ?? .zero) * 4) }
    }
    /// How long packets may be without a receipt before the path is doubted: four round trips, and no less than half a
    /// second. Asked for much oftener than a round trip is measured.
    private var patience = leastPatience
    /// When it was proven; before that, when it was found.
    private(set) var since: Instant
    /// When something last showed that our packets arrive.
    private(set) var lastAlive: Instant?
    /// When the peer last sent data over it, not path packets.
    private(set) var lastData: Instant?
    /// Since when packets that ask for a receipt have had none.
    private var unansweredSince: Instant?
    private(set) var isDoubtful = false
    private(set) var sentByteCount = 0, receivedByteCount = 0
    /// Newest last.
    private var challenges: [Challenge] = []
    /// When the next challenge is due, and how many have gone unanswered.
    private(set) var nextChallenge: Instant
    private var unansweredChallenges = 0
    /// Between 0 and 1, anew with each challenge, so that not all paths of a machine are asked in step.
    private var chance = 0.0
    /// What a path of kind `signal` has carried since the last handshake.
    private var signalPacketCount = 0, signalByteCount = 0

    /// A packet came, and shows which address of ours the kernel chose.
    mutating func learn(_ ends: PathEnds) { self.ends = ends }

    /// The path between `ends`, found at `now`. `isProven`: a handshake over it has shown that packets arrive.
    init(_ id: PathID, _ kind: PathKind, _ ends: PathEnds, isProven: Bool, at now: Instant) {
        self.id = id
        self.kind = kind
        self.ends = ends
        self.isProven = isProven || kind == .signal
        since = now
        if isProven { lastAlive = now }
        nextChallenge = kind == .signal ? .distantFuture : now
    }
}

// MARK: - The rules of PROTOCOL §4

extension Path {
    /// A proven path is asked again so soon, less up to a fifth by chance.
    private static let interval: Duration = .seconds(5)
    /// A path on which nothing arrived for so long is gone.
    private static let lifetime: Duration = .seconds(30)
    /// The first repetition of an unanswered challenge; it doubles up to `interval`.
    private static let firstRetry: Duration = .milliseconds(200)
    private static let leastPatience: Duration = .milliseconds(500)
    /// Before it is proven, a path may be sent so many times what came from it.
    private static let amplification = 3
    /// What a path of kind `signal` carries a handshake.
    private static let signalPacketLimit = 64, signalByteLimit = 32 << 10
    /// So many unanswered challenges are remembered.
    private static let challengeMemory = 4

    /// Whether `byteCount` more bytes may be sent.
    func allows(_ byteCount: Int) -> Bool {
        if kind == .signal {
            return signalPacketCount < Self.signalPacketLimit && byteCount <= Self.signalByteLimit - signalByteCount
        }
        return isProven || sentByteCount + byteCount <= Self.amplification * receivedByteCount
    }

    /// Whether a challenge may go out. One to an address that the peer named is how the path begins; to one that it sent
    /// from, challenges are within the limit too.
    var allowsChallenge: Bool { receivedByteCount == 0 || allows(PathMessage.datagramByteCount) }

    /// When the path is gone if nothing arrives before.
    var expiry: Instant { kind == .signal ? .distantFuture : (lastAlive ?? since) + Self.lifetime }

    /// When the path is doubted if no receipt comes before.
    var doubtAt: Instant {
        guard !isDoubtful, isProven, kind != .signal, let unansweredSince else { return .distantFuture }
        return unansweredSince + patience
    }

    /// When something is to be done.
    var deadline: Instant { min(nextChallenge, min(expiry, doubtAt)) }

    var info: PathInfo {
        PathInfo(
            id: id, kind: kind, ends: ends, pair: pair, state: !isProven ? .validating : isDoubtful ? .doubtful : .up,
            roundTrip: roundTrip, since: since, lastAlive: lastAlive, sentByteCount: sentByteCount,
            receivedByteCount: receivedByteCount)
    }
}

// MARK: - What happened

extension Path {
    mutating func received(_ byteCount: Int, isData: Bool, at now: Instant) {
        receivedByteCount += byteCount
        if isData { lastData = now }
    }

    mutating func sent(_ byteCount: Int, asksForReceipt: Bool, at now: Instant) {
        sentByteCount += byteCount
        if kind == .signal {
            signalPacketCount += 1
            signalByteCount += byteCount
        }
        if asksForReceipt, unansweredSince == nil { unansweredSince = now }
    }

    mutating func resetSignalBudget() { (signalPacketCount, signalByteCount) = (0, 0) }

    /// A new challenge goes out. The next is due sooner while they go unanswered.
    mutating func challenge(_ token: UInt64, chance: Double, at now: Instant) {
        self.chance = chance
        if challenges.count == Self.challengeMemory { challenges.removeFirst() }
        challenges.append(Challenge(token: token, sentAt: now))
        postponeChallenge(at: now)
    }

    /// The next challenge is due later, the more so the more went unanswered.
    mutating func postponeChallenge(at now: Instant) {
        nextChallenge = now + min(Self.firstRetry * (1 << min(unansweredChallenges, 5)), Self.interval)
        unansweredChallenges += 1
    }

    /// Ask at the next opportunity.
    mutating func hurry(at now: Instant) {
        guard kind != .signal else { return }
        nextChallenge = min(nextChallenge, now)
        unansweredChallenges = 0
    }

    mutating func doubt(at now: Instant) {
        isDoubtful = true
        hurry(at: now)
    }

    /// Takes an answer; false when it is none of ours.
    mutating func answer(_ token: UInt64, at now: Instant) -> Bool {
        guard let place = challenges.firstIndex(where: { $0.token == token }) else { return false }
        let sample = now - challenges[place].sentAt
        challenges.removeFirst(place + 1)
        roundTrip = roundTrip.map { $0 * 7 / 8 + sample / 8 } ?? sample
        return true
    }

    /// A challenge was answered, or a handshake went both ways: the next challenge is an interval away. True when that is
    /// the first proof.
    mutating func prove(at now: Instant) -> Bool {
        showAlive(at: now)
        unansweredChallenges = 0
        nextChallenge = now + Self.interval * (1 - chance / 5)
        guard !isProven else { return false }
        isProven = true
        since = now
        return true
    }

    /// Packets have arrived.
    mutating func showAlive(at now: Instant) {
        lastAlive = now
        unansweredSince = nil
        isDoubtful = false
    }

    mutating func setRoundTrip(_ roundTrip: Duration) { self.roundTrip = roundTrip }
}

// MARK: - Choice

extension Path {
    /// How far it is to be trusted: lower is better.
    var distrust: Int { isProven ? (isDoubtful ? 1 : 0) : 2 }

    /// Whether the peer sent data over it at `moment` or later.
    func hasData(since moment: Instant) -> Bool { lastData.map { $0 >= moment } ?? false }

    /// The round trip, by which paths of one rung are compared. That in use has an advantage, so that data does not change
    /// its path for nothing.
    func cost(isInUse: Bool) -> Duration {
        let roundTrip = roundTrip ?? .seconds(1)
        return isInUse ? roundTrip * 7 / 10 - .milliseconds(5) : roundTrip
    }
}
