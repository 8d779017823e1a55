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
    let resume: SecretBytes
    let tag: ResumeTag
    /// Whether the peer has shown that it has the keys: a packet was opened under them.
    var isHeard = false
    var traffic: TrafficKeys?

    init(
        epoch: UInt32, message: Bytes32, isOurs: Bool, resume: consuming SecretBytes,
        traffic: consuming TrafficKeys
    ) {
        self.epoch = epoch
        self.message = message
        self.isOurs = isOurs
        tag = ResumeTag(of: resume)
        self.resume = resume
        self.traffic = consume traffic
    }

    /// The index by which packets find the keys; nil when the keys are gone, as are all of these.
    var localIndex: SessionIndex? { traffic.read { $0.local } }
    var born: Instant? { traffic.read { $0.born } }
    var isWorn: Bool? { traffic.read { $0.isWorn } }

    func isValid(at now: Instant) -> Bool? { traffic.read { $0.isValid(at: now) } }

    func verdict(on counter: UInt32) -> CounterVerdict? { traffic.read { $0.verdict(on: counter) } }
}
