import Basics
import TestSupport

@testable import Playout

/// A sender, a path and a listener in virtual time: frames of 20 ms leave at their due times, `path` delays, loses or
/// doubles them, and a playout buffer is asked at its ticks. What the listener hears is noted frame by frame.
struct PlayoutWorld {
    /// One packet on its way.
    struct Flight {
        var number: Int
        var arrival: Instant
    }

    var buffer = PlayoutBuffer()
    var random: SplitMix
    /// The sender's clock runs faster by so many parts in a million.
    var drift = 0.0
    /// The due time of the source's first sample.
    var start: Instant = .zero + .seconds(1)
    var firstSequence: UInt16 = 65_000
    var firstTimestamp: UInt32 = .max - 100_000
    /// Whether packets carry a copy of the frame before.
    var carriesPrevious = false
    /// How well speech can be stretched: a period is found in this share of its frames.
    var stretchable = 1.0
    private(set) var now: Instant = .zero

    /// Frame number → how long after its due time it was played (the tick that its first sample went out with).
    private(set) var delays: [Int: Duration] = [:]
    /// For each tick of the listener: its time and what it was filled with.
    private(set) var ticks: [(time: Instant, decisions: [PlayoutDecision])] = []

    private var contents: [Int?] = Array(repeating: nil, count: PlayoutBuffer.capacity)
    private var buffered = 0
    private var onTheirWay: [Flight] = []
    private var nextTick: Instant?

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    func due(_ number: Int) -> Instant {
        start + .nanoseconds(Int64(Double(number) * 20_000_000 / (1 + drift / 1e6)))
    }

    /// Sends the frames of `numbers` and plays until the next frame would be due. `path` answers how long each copy of a
    /// frame takes: none for a lost one.
    mutating func run(
        _ numbers: Range<Int>, path: (Int, inout SplitMix) -> [Duration]
    ) {
        var flights: [Flight] = []
        for number in numbers {
            for delay in path(number, &random) { flights.append(Flight(number: number, arrival: due(number) + delay)) }
        }
        let end = due(numbers.upperBound)
        flights.append(contentsOf: onTheirWay)
        flights.sort { ($0.arrival, $0.number) < ($1.arrival, $1.number) }
        for flight in flights where flight.arrival <= end {
            play(until: flight.arrival)
            arrive(flight)
        }
        onTheirWay = flights.filter { $0.arrival > end }
        play(until: end)
    }

    mutating func arrive(_ flight: Flight) {
        let packet = PlayoutPacket(
            sequence: SequenceNumber(rawValue: firstSequence &+ UInt16(truncatingIfNeeded: flight.number)),
            timestamp: firstTimestamp &+ UInt32(truncatingIfNeeded: flight.number * 960), sampleCount: 960,
            carriesPrevious: carriesPrevious, arrival: flight.arrival)
        if case .keep(let slot) = buffer.insert(packet) { contents[slot] = flight.number }
        if nextTick == nil { nextTick = buffer.startsAt }
    }

    mutating func play(until end: Instant) {
        while let tick = nextTick, tick <= end {
            self.tick(at: tick)
            nextTick = tick + .milliseconds(20)
        }
        now = end
    }

    private mutating func tick(at time: Instant) {
        var decisions: [PlayoutDecision] = []
        while buffered < 960 {
            let decision = buffer.next(at: time, buffered: buffered)
            perform(decision, at: time)
            decisions.append(decision)
        }
        buffered -= 960
        ticks.append((time, decisions))
    }

    private mutating func perform(_ decision: PlayoutDecision, at time: Instant) {
        switch decision {
        case .decode(let slot, let stretch):
            if let number = contents[slot] { delays[number] = time - due(number) }
            contents[slot] = nil
            let change = change(stretch)
            buffer.stretched(by: change)
            buffered += 960 + change
        case .recover(_, let count), .conceal(let count), .fadeOut(let count), .silence(let count):
            buffered += count
        }
    }

    private mutating func change(_ stretch: PlayoutDecision.Stretch) -> Int {
        switch stretch {
        case .none: 0
        case .shorten(let limit, let haste): finds(haste) ? -min(limit, 240) : 0
        case .lengthen(let haste): finds(haste) ? 240 : 0
        }
    }

    /// Whether a stretch finds its place: one frame in five is a pause.
    private mutating func finds(_ haste: PlayoutDecision.Haste) -> Bool {
        switch haste {
        case .inPauses: random.chance(0.2)
        case .unheard, .bold: random.chance(stretchable)
        }
    }

    /// The `share`-quantile of the delays of frames `numbers`, in milliseconds.
    func delay(_ share: Double, of numbers: Range<Int>) -> Double {
        let sorted = numbers.compactMap { delays[$0]?.milliseconds }.sorted()
        guard !sorted.isEmpty else { return .infinity }
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }

    /// Concealed time while the source ran, in milliseconds.
    var concealed: Double { Double(buffer.statistics.concealedSamples) / 48 }
}
