import Basics
import Streams
import TestSupport
import Testing

/// What a link does to packets. A corrupted packet does not open, so it is a lost one.
struct LinkFaults: Sendable {
    var loss = 0.0, duplication = 0.0, corruption = 0.0
    var delay: Duration = .milliseconds(20)
    /// A random addition to the delay: more than the distance between packets reorders them.
    var jitter: Duration = .zero
    /// Nothing passes in this time.
    var blackout: Range<Instant>?
}

/// One end of a session: its `Delivery`, and in place of Transport a counter that skips and a set in place of the window.
final class Endpoint {
    var delivery: Delivery
    var epoch: UInt32 = 0, counter: UInt32 = 0
    var seen: Set<PacketNumber> = []
    var sendable: PermitClasses = .all, receivable: PermitClasses = .all
    var path = PathID(rawValue: 1)
    /// Packets that may still be sent; a path of kind `signal` has a budget.
    var budget = Int.max
    var sentPackets = 0
    var acknowledgedPaths: Set<PathID> = []
    /// What the owner of the streams saw.
    var messages: [(id: Int, bytes: [UInt8])] = []
    var bytes: [StreamID: [UInt8]] = [:]
    var finished: [StreamID] = []
    var events: [StreamEvent] = []
    /// Whether `readable` streams are read at once.
    var reads = true
    /// What is still to be written to each stream, in the order in which they were added.
    var toWrite: [(id: StreamID, rest: ArraySlice<UInt8>)] = []

    init(_ side: Side, limits: StreamLimits = .standard) { delivery = Delivery(side: side, limits: limits) }
}

/// Two ends of a session over a faulty link in virtual time. The same seed gives the same run.
struct Harness {
    enum End: Int { case a = 0, b = 1 }

    private struct Packet {
        let due: Instant, order: Int, to: End, number: PacketNumber, bytes: [UInt8]
    }

    var ends: [Endpoint]
    var faults: LinkFaults
    var now = Instant(nanoseconds: 5_000_000_000)
    private var random: SplitMix
    private var inTransit: [Packet] = []
    private var order = 0
    private(set) var mostInTransit = 0

    init(seed: UInt64 = 1, faults: LinkFaults = LinkFaults(), limits: StreamLimits = .standard) {
        ends = [Endpoint(.initiator, limits: limits), Endpoint(.responder, limits: limits)]
        self.faults = faults
        random = SplitMix(seed: seed)
    }

    var a: Endpoint {
        get { ends[0] }
        _modify { yield &ends[0] }
    }
    var b: Endpoint {
        get { ends[1] }
        _modify { yield &ends[1] }
    }

    /// Runs until nothing happens any more or `limit` has passed. True when it came to rest.
    @discardableResult
    mutating func run(for limit: Duration = .seconds(600)) throws -> Bool {
        let end = now + limit
        try drain(.a)
        try drain(.b)
        while let next = nextEvent, next <= end {
            now = max(now, next)
            if let index = dueIndex {
                let packet = inTransit.remove(at: index)
                try receive(packet)
            } else {
                for end in [End.a, .b] where ends[end.rawValue].delivery.nextTimeout <= now {
                    ends[end.rawValue].delivery.timeout(at: now)
                    try drain(end)
                }
            }
        }
        let isAtRest = nextEvent == nil
        now = isAtRest ? now : end
        return isAtRest
    }

    private var nextEvent: Instant? {
        let timeout = min(ends[0].delivery.nextTimeout, ends[1].delivery.nextTimeout)
        let next = inTransit.reduce(timeout) { min($0, $1.due) }
        return next == .distantFuture ? nil : next
    }

    private var dueIndex: Int? {
        inTransit.indices.filter { inTransit[$0].due <= now }
            .min { (inTransit[$0].due, inTransit[$0].order) < (inTransit[$1].due, inTransit[$1].order) }
    }

    private mutating func receive(_ packet: Packet) throws {
        let end = packet.to.rawValue
        guard ends[end].seen.insert(packet.number).inserted else { return }  // the replay window
        switch packet.bytes[0] {
        case PlaintextKind.receipts:
            var acknowledged: Set<PathID> = []
            try ends[end].delivery.handle(receipts: packet.bytes.rawSpan, at: now) { path, _ in
                acknowledged.insert(path)
            }
            ends[end].acknowledgedPaths.formUnion(acknowledged)
        case PlaintextKind.frames:
            try ends[end].delivery.handle(frames: packet.bytes.rawSpan, receiving: ends[end].receivable)
        default: break
        }
        ends[end].delivery.received(packet.number, firstByte: packet.bytes[0], at: now)
        try drain(packet.to)
    }

    /// What the owner does after each input: takes the events, writes on, and sends all that is due.
    mutating func drain(_ end: End) throws {
        try ends[end.rawValue].takeEvents()
        try ends[end.rawValue].writeOn()
        while ends[end.rawValue].budget > 0 {
            var payload = [UInt8](repeating: 0xEE, count: 1_152)
            var span = payload.mutableRawSpan
            let (path, open) = (ends[end.rawValue].path, ends[end.rawValue].sendable)
            guard
                let draft = ends[end.rawValue].delivery.writePacket(into: &span, on: path, sending: open, at: now)
            else { break }
            #expect(draft.permit == .control || open.contains(draft.permit))
            let number = nextNumber(end)
            ends[end.rawValue].delivery.sent(draft, as: number, byteCount: draft.byteCount + 24, on: path, at: now)
            transmit(Array(payload.prefix(draft.byteCount)), as: number, from: end)
        }
    }

    /// Sends a packet of media, as the owner would.
    mutating func sendMedia(from end: End) {
        let number = nextNumber(end)
        ends[end.rawValue].delivery.sent(.media, as: number, byteCount: 200, on: ends[end.rawValue].path, at: now)
        transmit([UInt8](repeating: 0x80, count: 176), as: number, from: end)
    }

    private mutating func nextNumber(_ end: End) -> PacketNumber {
        if Int.random(in: 0..<50, using: &random) == 0 {
            ends[end.rawValue].counter += .random(in: 1...3, using: &random)
        }
        defer { ends[end.rawValue].counter += 1 }
        ends[end.rawValue].sentPackets += 1
        ends[end.rawValue].budget -= 1
        return PacketNumber(epoch: ends[end.rawValue].epoch, counter: ends[end.rawValue].counter)
    }

    private mutating func transmit(_ bytes: [UInt8], as number: PacketNumber, from end: End) {
        let copies = Double.random(in: 0..<1, using: &random) < faults.duplication ? 2 : 1
        for _ in 0..<copies {
            let isLost = Double.random(in: 0..<1, using: &random) < faults.loss + faults.corruption
            if isLost || faults.blackout?.contains(now) == true { continue }
            let jitter = Duration.nanoseconds(Int64.random(in: 0...faults.jitter.nanoseconds, using: &random))
            order += 1
            let to: End = end == .a ? .b : .a
            inTransit.append(
                Packet(due: now + faults.delay + jitter, order: order, to: to, number: number, bytes: bytes))
            mostInTransit = max(mostInTransit, inTransit.count)
        }
    }
}

extension Endpoint {
    /// What is known of its path; an expectation takes no value that cannot be copied.
    var pathStatistics: PathStatistics? { delivery.statistics(of: path) }

    /// Queues `bytes` for a stream; they are written as the stream takes them, then it is finished.
    func send(_ bytes: [UInt8], on id: StreamID) { toWrite.append((id, bytes[...])) }

    func writeOn() throws {
        for index in toWrite.indices.reversed() {
            let (id, rest) = toWrite[index]
            let count = try delivery.streams.write(Array(rest.prefix(16_384)).rawSpan, to: id)
            toWrite[index].rest = rest.dropFirst(count)
            guard toWrite[index].rest.isEmpty else { continue }
            try delivery.streams.finish(id)
            toWrite.remove(at: index)
        }
    }

    func takeEvents() throws {
        while let event = delivery.streams.poll() {
            events.append(event)
            switch event {
            case .message(let id, let bytes): messages.append((id, bytes))
            case .readable(let id): if reads { try readAll(id) }
            case .finished(let id): finished.append(id)
            case .stopped(let id, _): toWrite.removeAll { $0.id == id }
            case .opened, .writable, .reset, .refused, .canSend, .canOpen: break
            }
        }
    }

    func readAll(_ id: StreamID) throws {
        while true {
            let more = try delivery.streams.read(id, upTo: 4_000)
            if more.isEmpty { return }
            bytes[id, default: []] += more
        }
    }
}

/// Bytes that differ from stream to stream.
func sample(_ count: Int, seed: UInt64) -> [UInt8] {
    var random = SplitMix(seed: seed), bytes: [UInt8] = []
    bytes.reserveCapacity(count + 8)
    while bytes.count < count {
        unsafe withUnsafeBytes(of: random.next()) { unsafe bytes.append(contentsOf: $0) }
    }
    return Array(bytes.prefix(count))
}
