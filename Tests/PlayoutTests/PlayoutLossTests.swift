import Basics
import Testing

@testable import Playout

/// What is played when packets are lost, late, doubled or out of order.
@Suite struct PlayoutLossTests {
    @Test(arguments: UInt64(0)..<4) func lossIsConcealedForItsLengthOnly(seed: UInt64) {
        var world = PlayoutWorld(seed: seed)
        world.run(0..<2_000) { number, random in
            random.chance(0.05) && number > 0 ? [] : [random.delay(5, spread: 2)]
        }
        let statistics = world.buffer.statistics
        #expect(abs(world.concealed - Double(statistics.lost * 20)) <= 20)
        #expect(statistics.decoded + statistics.lost >= 1_995)
        #expect(world.delay(0.95, of: 1_000..<2_000) < 60)
    }

    @Test(arguments: UInt64(0)..<4) func frequentLossIsMendedFromThePacketBehind(seed: UInt64) {
        var world = PlayoutWorld(seed: seed)
        world.carriesPrevious = true
        world.run(0..<4_000) { number, random in
            random.chance(0.05) && number > 0 ? [] : [random.delay(5, spread: 2)]
        }
        let statistics = world.buffer.statistics
        #expect(statistics.recovered > 8 * statistics.lost, "\(statistics)")
        #expect(world.delay(0.95, of: 2_000..<4_000) < 80, "for one more frame of delay")
    }

    @Test(arguments: UInt64(0)..<4) func rareLossCostsNoDelay(seed: UInt64) {
        var world = PlayoutWorld(seed: seed)
        world.carriesPrevious = true
        world.run(0..<3_000) { number, random in number % 500 == 499 ? [] : [random.delay(5, spread: 2)] }
        #expect(world.delay(0.95, of: 100..<3_000) <= 28)
    }

    @Test(arguments: UInt64(0)..<4) func burstsFadeOutAndSpeechComesBack(seed: UInt64) {
        var world = PlayoutWorld(seed: seed)
        world.run(0..<500) { number, random in (200..<215).contains(number) ? [] : [random.delay(5, spread: 2)] }
        let inBurst = world.ticks.filter { $0.time > world.due(201) && $0.time < world.due(216) }
        let kinds = inBurst.flatMap(\.decisions).map(\.kind)
        #expect(kinds.filter { $0 == "conceal" }.count == 5, "100 ms")
        #expect(kinds.filter { $0 == "fadeOut" }.count == 1)
        #expect(kinds.contains("silence"))
        #expect(world.concealed == 300)
        #expect(world.delay(0.9, of: 215..<500) <= 28, "the delay is what it was")
    }

    @Test(arguments: UInt64(0)..<4) func disorderWithinTheDelayIsHealed(seed: UInt64) {
        var world = PlayoutWorld(seed: seed)
        world.run(0..<3_000) { number, _ in [.milliseconds(number % 7 == 3 ? 40 : 5)] }
        let statistics = world.buffer.statistics
        #expect(statistics.lost <= 3, "\(statistics)")
        #expect(world.concealed <= 120)
    }

    @Test func duplicatesAreHeardOnce() {
        var world = PlayoutWorld(seed: 1)
        world.run(0..<1_000) { _, random in [random.delay(5, spread: 3), random.delay(5, spread: 100)] }
        let statistics = world.buffer.statistics
        #expect(statistics.decoded >= 995 && statistics.decoded <= 1_000)
        #expect(statistics.duplicate + statistics.late >= 990)
        #expect(world.concealed <= 20)
    }

    @Test func countsAddUp() {
        var world = PlayoutWorld(seed: 9)
        world.run(0..<5_000) { _, random in
            random.chance(0.1)
                ? [] : random.chance(0.1) ? [random.delay(5), random.delay(80)] : [random.delay(5, spread: 50)]
        }
        let statistics = world.buffer.statistics
        let kept = statistics.received - statistics.late - statistics.duplicate - statistics.discarded
        #expect(kept == statistics.decoded + world.buffer.waitingCount)
    }

    @Test(arguments: [0, 65_530, 32_760] as [UInt16], [0, 4_294_963_295, 0x7FFF_F000] as [UInt32])
    func wrapsAreSeamless(sequence: UInt16, timestamp: UInt32) {
        var world = PlayoutWorld(seed: 2)
        (world.firstSequence, world.firstTimestamp) = (sequence, timestamp)
        world.run(0..<200) { _, random in [random.delay(5, spread: 3)] }
        #expect(world.concealed == 0)
        #expect(world.buffer.statistics.decoded >= 198)
    }
}

extension PlayoutDecision {
    var kind: String {
        switch self {
        case .decode: "decode"
        case .recover: "recover"
        case .conceal: "conceal"
        case .fadeOut: "fadeOut"
        case .silence: "silence"
        }
    }
}
