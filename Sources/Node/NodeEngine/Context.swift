internal import Basics
internal import ControlAPI
internal import Crypto
internal import Journal
internal import Paths

/// What every part of the node works with while one input is handled: the time, chance, and where outputs go.
struct Context: ~Copyable {
    /// The clocks at this input.
    var moment: AuditLog.Moment
    /// All chance of the node.
    var random: SeededRandom
    /// What is to be done, in order.
    var outputs: [NodeOutput] = []
    /// What front ends are to be told.
    var events: [NodeEvent] = []
    /// Answers to requests of clients.
    var answers: [(request: ControlRequest, result: Result<JSONValue, ControlError>)] = []
    /// Requests about the journal on disk that come to nothing.
    var diskFailures: [(request: DiskRequest, failure: ControlError)] = []
    /// Datagrams to be sent, in order.
    var datagrams = PacketQueue<DatagramEnds>(capacity: datagramCapacity)
    /// Packets that introducers are to carry, in order: the few with which a session begins.
    var signals = PacketQueue<UInt32>(capacity: signalCapacity)
    /// What is known of the STUN and TURN servers of the configuration.
    var servers = ICEServerBook()
    /// What was dropped although it is authentic, or ours.
    var drops = NodeDropCounts()

    /// The network thread drains the queue after every input, so that it holds one input's worth.
    private static let datagramCapacity = 512
    private static let signalCapacity = 64

    /// The monotonic clock at this input.
    var now: Instant { moment.now }

    init(random: SeededRandom, at moment: AuditLog.Moment) {
        self.random = random
        self.moment = moment
    }

    mutating func emit(_ output: NodeOutput) { outputs.append(output) }

    mutating func log(_ level: LogLevel, _ text: String) { emit(.log(level, text)) }

    /// Sends ready bytes to where `ends` lead.
    mutating func send(_ bytes: [UInt8], to ends: PathEnds) {
        guard bytes.count <= PacketQueue<DatagramEnds>.slotByteCount else { return }
        let isQueued = append(ends) { slot, _ in
            slot.write(bytes.rawSpan, at: 0)
            return bytes.count
        }
        if !isQueued { drops.count(.queueFull) }
    }

    /// Lends `write` a slot for a packet that goes where `ends` lead, and our chance; see `PacketQueue.append`.
    mutating func append(
        _ ends: PathEnds, _ write: (inout MutableRawSpan, inout SeededRandom) -> Int?
    ) -> Bool {
        if case .route(let route) = ends { return signals.append(route) { write(&$0, &random) } }
        guard let ends = DatagramEnds(ends) else { return false }
        return datagrams.append(ends) { write(&$0, &random) }
    }
}
