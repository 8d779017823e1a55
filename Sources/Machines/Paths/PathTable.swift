public import Basics

/// The paths of one session: which there are, whether packets arrive over them, and which carries the data (PROTOCOL §4).
///
/// After each input drain `poll`; call `timeout` at `nextTimeout`. Ask `allows` before each packet and tell `sent` after it.
public struct PathTable: ~Copyable, Sendable {
    /// The most paths of a session.
    public static let capacity = 16
    /// The most of kind `signal`.
    private static let signalCapacity = 4
    /// The most pings under way.
    public static let pingCapacity = 8
    /// Outputs that wait; more than a batch of 32 datagrams can cause, each of which may make room for a path of its own.
    private static let outputCapacity = 256

    private var paths: [Path] = []
    private var pings: [Ping] = []
    private var outputs = RingBuffer<PathOutput>(capacity: outputCapacity)
    private var nextID: UInt32 = 1, nextPing: UInt32 = 1
    private let isControlling: Bool
    private let addressKind: PathKind
    /// The path that carries data; nil when there is none. Before a path is proven it may be chosen for want of a better,
    /// and then carries what `allows` lets pass.
    public private(set) var active: PathID?

    /// A ping under way.
    private struct Ping { let id: PingID, path: PathID, token: UInt64, sentAt: Instant, deadline: Instant }

    /// No paths. `isControlling`: we choose by quality, as the session's initiator; the other side follows our data, so that
    /// the two never swap paths in turn. `addressKind`: how datagrams between addresses go, where not straight.
    public init(isControlling: Bool, addressKind: PathKind = .host) {
        self.isControlling = isControlling
        self.addressKind = addressKind
    }

    // MARK: - Paths come and go

    /// Adds a path, or finds it, and challenges it; nil when the table is full of proven ones.
    ///
    /// `isProven`: the handshake has just gone over it both ways. Message 2, and the first packet under its keys, answer 32
    /// fresh random bytes on the same ends, which is what a challenge asks for.
    public mutating func add(
        _ kind: PathKind, _ ends: PathEnds, isProven: Bool = false, at now: Instant,
        using random: inout some RandomNumberGenerator
    ) -> PathID? {
        if let index = place(of: ends) {
            if isProven { prove(index, at: now) }
            return paths[index].id
        }
        guard let path = append(kind, ends, isProven: isProven, at: now) else { return nil }
        if isProven { outputs.append(.up(path)) }
        timeout(at: now, using: &random)
        return path
    }

    /// Appends a path where there is room, or can be made.
    private mutating func append(_ kind: PathKind, _ ends: PathEnds, isProven: Bool, at now: Instant) -> PathID? {
        if kind == .signal { displaceSignal() }
        guard paths.count < Self.capacity || displaceOne() else { return nil }
        let path = Path(PathID(rawValue: nextID), kind, ends, isProven: isProven, at: now)
        nextID &+= 1
        paths.append(path)
        return path.id
    }

    /// Makes room for one more of kind `signal`: of these the oldest goes.
    private mutating func displaceSignal() {
        let signals = paths.indices.filter { paths[$0].kind == .signal }
        if signals.count >= Self.signalCapacity { remove(at: signals[0], .displaced) }
    }

    /// The path between `ends`; nil when there is none.
    public func path(between ends: PathEnds) -> PathID? { paths.first { $0.ends == ends }?.id }

    /// The path of an ICE agent leads to the peer by this pair from now on.
    public mutating func use(_ pair: ICEPair, as kind: PathKind, on id: PathID) {
        guard let index = index(of: id) else { return }
        paths[index].kind = kind
        paths[index].pair = pair
        choose()
    }

    /// Takes a path away.
    public mutating func remove(_ id: PathID) {
        guard let index = index(of: id) else { return }
        remove(at: index, .removed)
        choose()
    }

    /// Makes room: the oldest path that is not proven and not in use goes.
    private mutating func displaceOne() -> Bool {
        guard let index = paths.firstIndex(where: { !$0.isProven && $0.id != active }) else { return false }
        remove(at: index, .displaced)
        return true
    }

    private mutating func remove(at index: Int, _ cause: PathEnd) {
        let id = paths.remove(at: index).id
        for ping in pings where ping.path == id { outputs.append(.pingTimedOut(ping.id, id)) }
        pings.removeAll { $0.path == id }
        outputs.append(.down(id, cause))
    }

    /// The path between `ends`. One whose near end was left to the kernel is completed by the first packet that shows it.
    private mutating func place(of ends: PathEnds) -> Int? {
        if let index = paths.firstIndex(where: { $0.ends == ends }) { return index }
        guard let index = paths.firstIndex(where: { ends.complete($0.ends) }) else { return nil }
        paths[index].learn(ends)
        return index
    }

    private func index(of id: PathID) -> Int? { paths.firstIndex { $0.id == id } }

    // MARK: - Packets

    /// A packet that opened came between `ends`: the answer is its path. Unknown addresses make a new path, which must prove
    /// itself; nil when there is no room for it, or when an agent is unknown. `isData`: it is no path packet.
    public mutating func received(
        byteCount: Int, from ends: PathEnds, isData: Bool, at now: Instant,
        using random: inout some RandomNumberGenerator
    ) -> PathID? {
        let known = place(of: ends)
        if known == nil {
            guard let kind = kind(ofUnknown: ends), append(kind, ends, isProven: false, at: now) != nil else {
                return nil
            }
        }
        let index = known ?? paths.count - 1
        let id = paths[index].id
        paths[index].received(byteCount, isData: isData, at: now)
        if known == nil { timeout(at: now, using: &random) } else if isData, !isControlling { choose() }
        return id
    }

    /// What kind of path a packet makes that opened and came between ends that are not known: another address of the peer, or
    /// another introducer. Agents are known before they carry anything.
    private func kind(ofUnknown ends: PathEnds) -> PathKind? {
        switch ends {
        case .addresses: addressKind
        case .agent: nil
        case .route: .signal
        }
    }

    /// Takes a plaintext of kind 0x04 that came on `path`, first byte included.
    public mutating func handle(
        challenge plaintext: RawSpan, on path: PathID, at now: Instant
    ) throws(PathViolation) {
        let message = try PathMessage(parsing: plaintext)
        guard let index = index(of: path) else { return }
        switch message.kind {
        case .challenge: outputs.append(.transmit(PathMessage(.answer, message.token), on: path))
        case .answer: answered(message.token, index, at: now)
        }
    }

    private mutating func answered(_ token: UInt64, _ index: Int, at now: Instant) {
        let path = paths[index].id
        if let place = pings.firstIndex(where: { $0.token == token && $0.path == path }) {
            let ping = pings.remove(at: place)
            outputs.append(.pong(ping.id, path, now - ping.sentAt))
        } else if !paths[index].answer(token, at: now) {
            return  // late, repeated, or between other ends than its challenge: it proves nothing
        }
        prove(index, at: now)
    }

    private mutating func prove(_ index: Int, at now: Instant) {
        if paths[index].prove(at: now) { outputs.append(.up(paths[index].id)) }
        choose()
    }

    /// Whether `byteCount` more bytes may be sent on `path`: three times what came before it is proven, 64 packets and
    /// 32 KiB a handshake on one of kind `signal`.
    public func allows(_ byteCount: Int, on path: PathID) -> Bool {
        index(of: path).map { paths[$0].allows(byteCount) } ?? false
    }

    /// A packet was sent on `path`. Without `asksForReceipt` (padding, receipts) nobody waits for an acknowledgement.
    public mutating func sent(byteCount: Int, asksForReceipt: Bool, on path: PathID, at now: Instant) {
        guard let index = index(of: path) else { return }
        paths[index].sent(byteCount, asksForReceipt: asksForReceipt, at: now)
    }

    /// The peer has receipts for packets that went on `path`. A path is alive by this, not because it once was proven; but
    /// a receipt, which may come on any path, proves none.
    public mutating func acknowledged(_ path: PathID, roundTrip: Duration, at now: Instant) {
        guard let index = index(of: path) else { return }
        paths[index].showAlive(at: now)
        paths[index].setRoundTrip(roundTrip)
        choose()
    }

    /// A handshake was completed: paths of kind `signal` may carry as much again.
    public mutating func handshakeCompleted() {
        for index in paths.indices { paths[index].resetSignalBudget() }
    }

    /// Addresses or routes of this machine changed: every path is asked at once.
    public mutating func networkChanged(at now: Instant) {
        for index in paths.indices { paths[index].hurry(at: now) }
    }

    // MARK: - Pings

    /// Challenges `path` (by default the active one) now; `.pong` or `.pingTimedOut` follows. Nil when there is no such path
    /// or too many pings are under way.
    public mutating func ping(
        _ path: PathID? = nil, timeout: Duration = .seconds(2), at now: Instant,
        using random: inout some RandomNumberGenerator
    ) -> PingID? {
        guard pings.count < Self.pingCapacity, let id = path ?? active, index(of: id) != nil else { return nil }
        let ping = Ping(
            id: PingID(rawValue: nextPing), path: id, token: random.next(), sentAt: now, deadline: now + timeout)
        nextPing &+= 1
        pings.append(ping)
        outputs.append(.transmit(PathMessage(.challenge, ping.token), on: id))
        return ping.id
    }

    // MARK: - Choice

    /// The path for control messages: the active one, unless it is not trusted and one of kind `signal`, the newest, can
    /// still carry a packet.
    public var activeForControl: PathID? {
        if let active, let index = index(of: active), paths[index].distrust == 0 { return active }
        return paths.last { $0.kind == .signal && $0.allows(Self.longestPacket) }?.id ?? active
    }

    /// Bytes of the longest packet that is sent.
    private static let longestPacket = 1_200

    /// Data on several paths within this time is on its way from one to the other, or is meant to confuse.
    private static let overlap: Duration = .milliseconds(250)

    /// Runs with every packet that is received: allocates nothing.
    private mutating func choose() {
        let followed = isControlling ? nil : newestData.map { $0 - Self.overlap }
        var index: Int?
        for candidate in paths.indices where paths[candidate].kind != .signal {
            guard let chosen = index, !isBetter(paths[candidate], paths[chosen], followed: followed) else {
                index = candidate
                continue
            }
        }
        let best = index.map { paths[$0].id }
        guard best != active else { return }
        outputs.append(.changed(from: active, to: best))
        active = best
    }

    private var newestData: Instant? {
        paths.reduce(nil) { newest, path in path.lastData.map { max($0, newest ?? $0) } ?? newest }
    }

    /// Proven before doubted before new; then, if we follow, where the peer's data comes; then the lower rung; then the one
    /// in use unless the other is clearly faster.
    private func isBetter(_ one: Path, _ other: Path, followed: Instant?) -> Bool {
        if one.distrust != other.distrust { return one.distrust < other.distrust }
        if let followed {
            let (first, second) = (one.hasData(since: followed), other.hasData(since: followed))
            if first != second { return first }
        }
        if one.kind.rung != other.kind.rung { return one.kind.rung < other.kind.rung }
        let (first, second) = (one.cost(isInUse: one.id == active), other.cost(isInUse: other.id == active))
        return first == second ? one.id < other.id : first < second
    }

    // MARK: - Reports

    /// What is known of a path.
    public func info(_ id: PathID) -> PathInfo? { index(of: id).map { paths[$0].info } }

    /// What is known of all paths, in the order in which they were found.
    public var all: [PathInfo] { paths.map(\.info) }

    // MARK: - Time

    /// When `timeout` is next to be called; `.distantFuture` when nothing is awaited.
    public var nextTimeout: Instant {
        let path = paths.reduce(Instant.distantFuture) { min($0, $1.deadline) }
        return pings.reduce(path) { min($0, $1.deadline) }
    }

    /// Time has passed. An early call does nothing.
    public mutating func timeout(at now: Instant, using random: inout some RandomNumberGenerator) {
        for ping in pings where ping.deadline <= now { outputs.append(.pingTimedOut(ping.id, ping.path)) }
        pings.removeAll { $0.deadline <= now }
        for index in paths.indices.reversed() {
            if paths[index].expiry <= now { remove(at: index, .expired) }
        }
        for index in paths.indices {
            if paths[index].doubtAt <= now { paths[index].doubt(at: now) }
            guard paths[index].nextChallenge <= now else { continue }
            guard paths[index].allowsChallenge else {
                paths[index].postponeChallenge(at: now)
                continue
            }
            let token = random.next()
            paths[index].challenge(token, chance: .random(in: 0...1, using: &random), at: now)
            outputs.append(.transmit(PathMessage(.challenge, token), on: paths[index].id))
        }
        choose()
    }

    /// The next thing to do or to know.
    public mutating func poll() -> PathOutput? { outputs.popFirst() }
}
