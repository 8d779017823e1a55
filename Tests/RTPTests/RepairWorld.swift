import Basics
import TestSupport

@testable import RTP

/// A sender with a store, a path and a receiver that repairs, in virtual time: a packet each 5 ms, requests and answers as
/// slow as the path.
struct RepairWorld {
    enum Event {
        case packet(Int, isRetransmission: Bool)
        case request([NACKEntry])
    }

    var random: SplitMix
    var store = RetransmissionStore()
    var repair = LossRepair()
    var first: UInt16 = 65_000
    /// One way.
    var delay: Duration = .milliseconds(50)
    /// Whether the path loses a packet: of its number, and whether it is sent again.
    var loses: (Int, Bool, inout SplitMix) -> Bool = { _, _, _ in false }
    /// How much longer a packet takes.
    var jitter: (Int, inout SplitMix) -> Duration = { _, _ in .zero }

    private(set) var now: Instant = .zero
    /// Packet → when it came first.
    private(set) var arrivals: [Int: Instant] = [:]
    private(set) var sent: [Int: Instant] = [:]
    private(set) var copies: [Int: Int] = [:]
    private(set) var gaveUp: [SequenceNumber] = []
    private(set) var mostEntries = 0
    private var events: [(time: Instant, order: Int, event: Event)] = []
    private var order = 0

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    static let interval: Duration = .milliseconds(5)

    func sequence(_ packet: Int) -> SequenceNumber {
        SequenceNumber(rawValue: first &+ UInt16(truncatingIfNeeded: packet))
    }

    /// Sends packets `numbers`, then lets what is under way arrive.
    mutating func run(_ numbers: Range<Int>, tail: Duration = .seconds(3)) {
        repair.roundTrip = delay * 2
        store.roundTrip = delay * 2
        for number in numbers {
            drain(until: now + Self.interval)
            sent[number] = now
            store.sent(sequence(number), packet: number, pictureID: PictureID(0), byteCount: 1_000, at: now)
            send(number, isRetransmission: false)
        }
        drain(until: now + tail)
    }

    private mutating func send(_ number: Int, isRetransmission: Bool) {
        guard !loses(number, isRetransmission, &random) else { return }
        let extra = isRetransmission ? .zero : jitter(number, &random)
        put(.packet(number, isRetransmission: isRetransmission), at: now + delay + extra)
    }

    private mutating func put(_ event: Event, at time: Instant) {
        order += 1
        events.append((time, order, event))
    }

    private mutating func drain(until end: Instant) {
        while true {
            let deadline = settle()
            let due = events.min { ($0.time, $0.order) < ($1.time, $1.order) }
            let next = min(deadline ?? .distantFuture, due?.time ?? .distantFuture)
            guard next <= end else { break }
            now = max(now, next)
            if let due, due.time <= now {
                events.removeAll { $0.order == due.order }
                handle(due.event)
            } else {
                repair.timeout(at: now)
            }
        }
        now = end
    }

    private mutating func handle(_ event: Event) {
        switch event {
        case .packet(let number, let isRetransmission):
            if arrivals[number] == nil { arrivals[number] = now }
            repair.received(sequence(number), isRetransmission: isRetransmission, at: now)
        case .request(let entries):
            for entry in entries {
                for sequence in entry.sequences {
                    guard let packet = store.requested(sequence, oldest: 0, at: now)?.packet else { continue }
                    copies[packet, default: 0] += 1
                    send(packet, isRetransmission: true)
                }
            }
        }
    }

    private mutating func settle() -> Instant? {
        while true {
            switch repair.poll() {
            case .ask(let entries):
                mostEntries = max(mostEntries, entries.count)
                put(.request(entries), at: now + delay)
            case .gaveUp(let through): gaveUp.append(through)
            case .wait(let until): return until
            }
        }
    }
}

extension SplitMix {
    mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &self) < share }
}
