internal import Basics
internal import Crypto
internal import Noise

/// The two keys of one handshake, and which of their counters are used.
struct TrafficKeys: ~Copyable {
    /// The index by which the peer's packets find these keys, and the one that ours carry.
    let local: SessionIndex
    let remote: SessionIndex
    let born: Instant
    private let states: TransportStates
    private var counter = SendingCounter()
    private var window: ReplayWindow

    init(
        local: SessionIndex, remote: SessionIndex, states: consuming TransportStates, windowCount: Int, at now: Instant
    ) {
        self.local = local
        self.remote = remote
        self.states = states
        window = ReplayWindow(count: windowCount)
        born = now
    }

    func isValid(at now: Instant) -> Bool { now - born < Timing.rejectAfter }

    /// Whether it has sealed so many packets that a new key is due.
    var isWorn: Bool { counter.next >= Timing.rekeyAfterPackets }

    func verdict(on counter: UInt32) -> CounterVerdict { self.counter.verdict(on: counter) }

    mutating func widenWindow(to count: Int) { window.widen(to: count) }

    /// Seals the plaintext behind the header's place; nil when the key is used up. Precondition: the tag has room.
    @inline(__always)
    mutating func seal(
        _ plaintextByteCount: Int, in slot: inout MutableRawSpan, using random: inout SeededRandom
    ) -> UInt32? {
        guard let counter = counter.take(using: &random) else { return nil }
        TransportHeader(receiver: remote, counter: counter).write(to: &slot)
        var body = slot._mutatingExtracting(droppingFirst: TransportHeader.byteCount)
        states.sending.seal(&body, plaintextByteCount: plaintextByteCount, counter: UInt64(counter))
        return counter
    }

    /// Opens a packet in place: the cheap checks, then the tag, and only then the mark.
    @inline(__always)
    mutating func open(_ packet: inout MutableRawSpan, counter: UInt32, at now: Instant) throws(DropReason) {
        guard isValid(at: now) else { throw .keyExpired }
        guard window.accepts(UInt64(counter)) else { throw .replayed }
        var body = packet._mutatingExtracting(droppingFirst: TransportHeader.byteCount)
        guard states.receiving.open(&body, counter: UInt64(counter)) else { throw .authenticationFailed }
        window.mark(UInt64(counter))
    }
}
