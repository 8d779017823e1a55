import Basics
import TestSupport
import Testing

@testable import RTP

/// What is lost is asked for, sent again and counted.
@Suite struct LossRepairTests {
    @Test(arguments: UInt64(0)..<4) func lossIsRepairedWithinARoundTripAndABit(seed: UInt64) {
        var world = RepairWorld(seed: seed)
        world.loses = { number, isRetransmission, random in
            !isRetransmission && number > 0 && number < 3_990 && random.chance(0.1)
        }
        world.run(0..<4_000)
        #expect(world.arrivals.count == 4_000)
        let waits = world.arrivals.map { ($0.value - (world.sent[$0.key] ?? .zero)).milliseconds }
        #expect(waits.max() ?? 0 <= 50 + 100 + 35, "path, round trip, and until the gap is seen")
        #expect(world.repair.statistics.repaired == world.repair.statistics.missing)
        #expect(world.repair.statistics.requested == world.repair.statistics.missing, "each asked for once")
        #expect(world.copies.values.allSatisfy { $0 == 1 })
        #expect(world.gaveUp.isEmpty)
    }

    @Test(arguments: UInt64(0)..<4) func lostAnswersAreAskedForAgain(seed: UInt64) {
        var world = RepairWorld(seed: seed)
        world.loses = { number, _, random in number > 0 && number < 3_900 && random.chance(0.3) }
        world.run(0..<4_000)
        let statistics = world.repair.statistics
        #expect(statistics.missing > 1_000)
        #expect(Double(statistics.repaired) > 0.99 * Double(statistics.missing), "\(statistics)")
        #expect(statistics.missing == statistics.repaired + statistics.reordered + statistics.givenUp)
    }

    @Test(arguments: UInt64(0)..<4) func burstsAreAskedForInOneMessage(seed: UInt64) {
        var world = RepairWorld(seed: seed)
        world.loses = { number, isRetransmission, _ in !isRetransmission && (500..<560).contains(number) }
        world.run(0..<1_000)
        #expect(world.arrivals.count == 1_000)
        #expect(world.mostEntries == 4, "60 packets in entries of 17")
        #expect(world.repair.statistics.repaired == 60)
    }

    @Test(arguments: UInt64(0)..<4) func reorderingIsLearntAndNotAskedFor(seed: UInt64) {
        var world = RepairWorld(seed: seed)
        world.jitter = { number, _ in number % 5 == 2 ? .milliseconds(12) : .zero }
        world.run(0..<2_000)
        let statistics = world.repair.statistics
        #expect(statistics.reordered >= 395, "\(statistics)")
        #expect(statistics.requested <= 2, "only before it was learnt")
    }

    @Test func duplicatesChangeNothing() {
        var repair = LossRepair()
        for number in 0..<UInt16(500) {
            for _ in 0..<3 {
                repair.received(SequenceNumber(rawValue: 65_300 &+ number), isRetransmission: false, at: .zero)
                #expect(repair.poll() == .wait(until: nil))
            }
        }
        #expect(repair.statistics == LossRepairStatistics())
    }

    @Test func whatNeverComesIsGivenUp() {
        var world = RepairWorld(seed: 1)
        world.loses = { number, _, _ in number == 100 }
        world.run(0..<1_500)
        #expect(world.gaveUp == [world.sequence(100)])
        #expect(world.repair.statistics.requested <= LossRepair.maximumRequests)
        #expect(world.repair.statistics.givenUp == 1)
    }

    @Test func whatIsNotNeededIsNotAskedFor() {
        var repair = LossRepair()
        repair.received(SequenceNumber(rawValue: 10), isRetransmission: false, at: .zero)
        repair.received(SequenceNumber(rawValue: 14), isRetransmission: false, at: .zero)
        #expect(repair.poll() == .ask([NACKEntry(packetID: SequenceNumber(rawValue: 11), following: 3)]))
        repair.passed(SequenceNumber(rawValue: 13))
        let later: Instant = .zero + .milliseconds(500)
        repair.timeout(at: later)
        #expect(repair.poll() == .ask([NACKEntry(packetID: SequenceNumber(rawValue: 13))]))
        repair.passed(SequenceNumber(rawValue: 30_000))
        #expect(repair.poll() == .wait(until: nil))
    }

    @Test func whatMayHaveBeenBeforeTheFirstPacketIsAskedForAndNotCounted() {
        var repair = LossRepair()
        let first = SequenceNumber(rawValue: 20)
        repair.received(first, isRetransmission: false, at: .zero)
        repair.suspect(before: first, at: .zero)
        guard case .ask(let entries) = repair.poll() else { return #expect(Bool(false), "nothing is asked for") }
        let asked = entries.flatMap { Array($0.sequences) }
        #expect(asked == (1...LossRepair.guessCount).reversed().map { first.advanced(by: -$0) })
        #expect(entries.count == 8)
        // Three were sent and come again; the rest never was, and is forgotten in silence.
        for back in 1...3 { repair.received(first.advanced(by: -back), isRetransmission: true, at: .zero) }
        repair.suspect(before: first, at: .zero)
        #expect(repair.statistics.missing == 3 && repair.statistics.repaired == 3)
        var now = Instant.zero
        for _ in 0..<100 {
            now += .milliseconds(50)
            repair.timeout(at: now)
            while case .ask = repair.poll() {}
        }
        #expect(repair.poll() == .wait(until: nil))
        #expect(repair.statistics.missing == 3 && repair.statistics.givenUp == 0)
    }

    @Test func longOutagesAreNotAskedForOnePacketAfterTheOther() {
        var repair = LossRepair()
        repair.received(SequenceNumber(rawValue: 65_000), isRetransmission: false, at: .zero)
        repair.received(SequenceNumber(rawValue: 65_000 &+ 1_001), isRetransmission: false, at: .zero)
        #expect(repair.poll() == .gaveUp(through: SequenceNumber(rawValue: 65_000 &+ 1_000)))
        #expect(repair.poll() == .wait(until: nil))
        repair.received(SequenceNumber(rawValue: 65_000 &+ 2_001), isRetransmission: false, at: .zero)
        guard case .ask(let entries) = repair.poll() else { return #expect(Bool(false), "nothing is asked for") }
        #expect(entries.count == 59 && entries.map { $0.sequences.map { _ in 1 }.count }.reduce(0, +) == 999)
    }

    @Test func whoLeavesAGapBeforeEachPacketIsAskedSeldom() {
        var repair = LossRepair(), number: UInt16 = 0, requests = 0
        for microsecond in stride(from: 0, to: 1_000_000, by: 100) {
            let now: Instant = .zero + .microseconds(microsecond)
            number &+= 900
            repair.received(SequenceNumber(rawValue: number), isRetransmission: false, at: now)
            repair.timeout(at: now)
            while true {
                let output = repair.poll()
                if case .ask = output { requests += 1 }
                if case .wait = output { break }
            }
        }
        #expect((190...201).contains(requests), "10,000 packets in a second: \(requests)")
    }

    @Test func aSourceThatBeginsAnewIsFollowed() {
        var repair = LossRepair()
        for number in [5_000, 5_001, 1_000, 1_001, 1_003] as [UInt16] {
            repair.received(SequenceNumber(rawValue: number), isRetransmission: false, at: .zero)
        }
        #expect(repair.poll() == .ask([NACKEntry(packetID: SequenceNumber(rawValue: 1_002))]))
    }

    @Test(arguments: UInt64(0)..<8) func anyNumbersAreBoundedAndNeverTrap(seed: UInt64) {
        var random = SplitMix(seed: seed), repair = LossRepair(), now: Instant = .zero
        var number: UInt16 = 0
        for _ in 0..<40_000 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0: number = .random(in: 0...UInt16.max, using: &random)
            case 1: number &-= .random(in: 0...1_100, using: &random)
            case 2: number &+= .random(in: 0...1_100, using: &random)
            case 3: repair.passed(SequenceNumber(rawValue: .random(in: 0...UInt16.max, using: &random)))
            case 4: now += .milliseconds(Int64.random(in: 0...300, using: &random))
            case 5: repair.timeout(at: now)
            default: number &+= 1
            }
            repair.received(
                SequenceNumber(rawValue: number), isRetransmission: random.chance(0.1), at: now)
            drain: for _ in 0..<4 {
                switch repair.poll() {
                case .ask(let entries): if entries.count > 59 { Issue.record("\(entries.count) entries, seed \(seed)") }
                case .gaveUp: break
                case .wait: break drain
                }
            }
            let statistics = repair.statistics
            let open = statistics.missing - statistics.reordered - statistics.repaired - statistics.givenUp
            if open < 0 { Issue.record("counts do not add up, seed \(seed): \(statistics)") }
        }
        #expect(repair.statistics.missing > 0)
    }
}
