internal import Basics
internal import Crypto
internal import Noise

/// What one device pair shares: an index and keys, never an address (PROTOCOL §2). Calls, rooms, messages and streams
/// live inside it; paths come and go under it.
struct Session: ~Copyable {
    enum Stage: Equatable {
        /// We answered, and have not opened a packet of the peer's yet. `isFresh`: its message 1 was surely no replay.
        case unconfirmed(until: Instant, isFresh: Bool)
        case confirmed
    }

    /// What the chain of its handshakes has in common.
    struct Chain: Sendable {
        /// Our side in the first handshake.
        let role: Role
        let firstHandshakeHash: Bytes32
    }

    enum Rekeying: Equatable {
        case none
        /// The node was told.
        case due
        case underWay(HandshakeID)
    }

    /// Padding that shows the peer our keys, until something of the peer's is opened.
    struct Confirmation {
        static let maximumCount = 8

        var count = 0
        var due: Instant
        /// Where message 2 came from; nil when it came through the session.
        let route: Route?
    }

    let peer: Bytes32
    let chain: Chain
    var stage: Stage
    var slots = KeySlots()
    var permits = PermitTable()
    var pairingSecret: SecretBytes?
    var rekeying = Rekeying.none
    var confirmation: Confirmation?
    var isRegistered = false
    /// The keys were dropped because the machine slept.
    var isSuspended = false
    var windowCount = ReplayWindow.callCount
    var lastUse: Instant
    var lastSealed: Instant

    init(peer: Bytes32, chain: Chain, stage: Stage, at now: Instant) {
        self.peer = peer
        self.chain = chain
        self.stage = stage
        lastUse = now
        lastSealed = now
    }

    var isConfirmed: Bool { stage == .confirmed }

    // MARK: Packets

    /// What opening a packet showed.
    enum News: Equatable { case none, confirmed, heard }

    /// Opens a packet in place.
    @inline(__always)
    mutating func open(
        _ packet: inout MutableRawSpan, _ header: TransportHeader, at now: Instant
    ) throws(DropReason) -> (epoch: UInt32, payload: PayloadType?, news: News) {
        let opening = try slots.open(&packet, header, at: now)
        let payload = PayloadType(firstByte: packet.bytes.byte(at: TransportHeader.byteCount))
        if payload?.isUse == true || isRegistered { lastUse = now }
        let news: News =
            switch opening.name {
            case .next: .confirmed
            case .current: opening.isFirst ? .heard : .none
            case .previous: .none
            }
        return (opening.epoch, payload, news)
    }

    /// Seals a packet in place. Precondition: the slot has room for it.
    @inline(__always)
    mutating func seal(
        _ plaintextByteCount: Int, in slot: inout MutableRawSpan, _ payload: PayloadType, at now: Instant,
        using random: inout SeededRandom
    ) throws(SealError) -> PacketNumber {
        let number = try slots.seal(plaintextByteCount, in: &slot, payload, at: now, using: &random)
        if payload.isUse { lastUse = now }
        lastSealed = now
        return number
    }

    func verdict(on counter: UInt32, epoch: UInt8) -> CounterVerdict {
        slots.current.read { $0.verdict(on: counter, epoch: epoch) }
            ?? slots.previous.read { $0.verdict(on: counter, epoch: epoch) }
            ?? slots.next.read { $0.verdict(on: counter, epoch: epoch) } ?? .forgotten
    }

    // MARK: Rekeying

    /// Whether the node is to be told that a new key is due, now that a packet went or came; it is told once.
    @inline(__always)
    mutating func isRekeyDue(after payload: PayloadType?, at now: Instant) -> Bool {
        guard rekeying == .none else { return false }
        let isWorn = slots.current.read { $0.isWorn } ?? false
        guard isWorn || (payload?.isUse == true && isTimeToRekey(at: now)) else { return false }
        rekeying = .due
        return true
    }

    @inline(__always)
    private func isTimeToRekey(at now: Instant) -> Bool {
        guard chain.role == .initiator, let born = slots.current.read({ $0.born }) else { return false }
        return now - born >= Timing.rekeyAfter
    }

    /// When the side that began the chain makes a new key though nobody uses the session.
    var rekeyDeadline: Instant? {
        guard isConfirmed, rekeying == .none, chain.role == .initiator else { return nil }
        return slots.current.read { $0.born }.map { $0 + Timing.idleRekeyAfter }
    }

    /// The session seals under its newest handshake. A rekey is no use of the session, any other handshake is.
    mutating func noteRenewed(at now: Instant) {
        stage = .confirmed
        rekeying = .none
        isSuspended = false
        if slots.current.read({ $0.isRekey }) == false { lastUse = now }
    }

    /// An attempt with this peer made no key: one that is due is due again.
    mutating func noteEnded(_ attempt: HandshakeID) {
        switch rekeying {
        case .none: break
        case .due: rekeying = .none
        case .underWay(let rekey): if rekey == attempt { rekeying = .none }
        }
    }

    // MARK: Time

    /// When the session ends unless it is used.
    var end: Instant {
        switch stage {
        case .unconfirmed(let until, _): until
        case .confirmed: lastUse + (isRegistered || isSuspended ? Timing.resume : Timing.idle)
        }
    }

    var keepaliveDeadline: Instant? {
        guard isRegistered, isConfirmed else { return nil }
        let isWaiting = rekeying == .due && slots.current.read { $0.born } == nil
        return isWaiting ? nil : lastSealed + Timing.keepalive
    }

    var deadline: Instant {
        end.orEarlier(slots.expiry).orEarlier(rekeyDeadline).orEarlier(keepaliveDeadline).orEarlier(confirmation?.due)
    }
}
