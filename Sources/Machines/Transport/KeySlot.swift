internal import Basics
internal import Crypto

/// One handshake of a session: its place in the chain, what continues the chain, and its keys while they live.
struct KeySlot: ~Copyable {
    enum Name: CaseIterable { case previous, current, next }

    /// How many handshakes of the chain came before.
    let epoch: UInt32
    /// SHA-256 of its message 1, by which simultaneous handshakes are ordered.
    let message: Bytes32
    /// Whether we sent that message 1.
    let isOurs: Bool
    /// Whether it was carried by the session itself.
    let isRekey: Bool
    let resume: SecretBytes
    let tag: ResumeTag
    /// Whether the peer has shown that it has the keys: a packet was opened under them.
    var isHeard = false
    var traffic: TrafficKeys?

    init(_ handshake: Handshake, _ outcome: consuming HandshakeOutcome, windowCount: Int, at now: Instant) {
        epoch = handshake.link?.epoch ?? 0
        message = handshake.message
        isOurs = handshake.isOurs
        isRekey = handshake.route.session != nil
        tag = ResumeTag(of: outcome.resume)
        resume = outcome.resume
        traffic = TrafficKeys(
            local: handshake.local, remote: handshake.remote, states: outcome.states, windowCount: windowCount, at: now)
    }

    /// Opens a packet in place; says whether it is the first under these keys.
    @inline(__always)
    mutating func open(
        _ packet: inout MutableRawSpan, counter: UInt32, at now: Instant
    ) throws(DropReason) -> (epoch: UInt32, isFirst: Bool) {
        try traffic?.open(&packet, counter: counter, at: now)
        defer { isHeard = true }
        return (epoch, !isHeard)
    }

    /// Seals a packet in place; nil when the keys are too old, used up or gone. Precondition: the tag has room.
    @inline(__always)
    mutating func seal(
        _ plaintextByteCount: Int, in slot: inout MutableRawSpan, at now: Instant, using random: inout SeededRandom
    ) -> PacketNumber? {
        guard isValid(at: now) == true,
            let counter = traffic?.seal(plaintextByteCount, in: &slot, using: &random)
        else { return nil }
        return PacketNumber(epoch: epoch, counter: counter)
    }

    /// The index by which packets find the keys; nil when the keys are gone, as are all of these.
    var localIndex: SessionIndex? { traffic.read { $0.local } }
    var born: Instant? { traffic.read { $0.born } }
    var isWorn: Bool? { traffic.read { $0.isWorn } }

    func isValid(at now: Instant) -> Bool? { traffic.read { $0.isValid(at: now) } }

    /// What we know of a counter under the epoch with these low bits; nil when that is another one than this.
    func verdict(on counter: UInt32, epoch lowBits: UInt8) -> CounterVerdict? {
        guard UInt8(truncatingIfNeeded: epoch) == lowBits else { return nil }
        return traffic.read { $0.verdict(on: counter) } ?? .forgotten
    }
}
