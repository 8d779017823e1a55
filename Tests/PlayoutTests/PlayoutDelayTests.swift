import Basics
import Testing

@testable import Playout

/// How long a listener waits, in virtual time.
@Suite struct PlayoutDelayTests {
    @Test(arguments: UInt64(0)..<8) func quietPathIsHeardAfterOneFrame(seed: UInt64) {
        var world = PlayoutWorld(seed: seed)
        world.run(0..<3_000) { _, random in [random.delay(0.3, spread: 2)] }
        #expect(world.concealed == 0)
        #expect(world.delay(0.95, of: 100..<3_000) <= 23)
        #expect(world.delay(0.05, of: 100..<3_000) >= 20)
        #expect(world.buffer.statistics.shortenedSamples == 0, "a quiet path is played as it was sent")
        #expect(world.buffer.statistics.lengthenedSamples == 0)
    }

    @Test(arguments: UInt64(0)..<8) func aFewMillisecondsOfJitterCostNothing(seed: UInt64) {
        var world = PlayoutWorld(seed: seed)
        world.run(0..<3_000) { _, random in [random.delay(30, spread: 12)] }
        #expect(world.concealed <= 40)
        #expect(world.delay(0.95, of: 100..<3_000) <= 30 + 42)
    }

    @Test(arguments: UInt64(0)..<8) func jitterRaisesTheDelayAtOnce(seed: UInt64) {
        var world = PlayoutWorld(seed: seed)
        world.run(0..<3_000) { number, random in [random.delay(10, spread: number < 1_000 ? 1 : 60)] }
        let before = world.delay(0.5, of: 200..<1_000)
        #expect(before < 32)
        let concealedAtOnset = world.ticks.filter { tick in
            tick.time < world.due(1_100) && tick.decisions.contains { $0.isConcealment }
        }.count
        #expect(concealedAtOnset <= 5, "a few gaps, then the delay covers the jitter")
        #expect(world.concealed <= 200)
        #expect(world.delay(0.95, of: 1_500..<3_000) <= 10 + 60 + 45)
    }

    @Test(arguments: UInt64(0)..<8) func delayFallsAgainWhenThePathIsQuiet(seed: UInt64) {
        var world = PlayoutWorld(seed: seed)
        world.run(0..<6_000) { number, random in [random.delay(10, spread: number < 1_000 ? 80 : 1)] }
        #expect(world.delay(0.5, of: 5_500..<6_000) < 10 + 42)
    }

    @Test func slowPacketIsPlayedLateNotLost() {
        var world = PlayoutWorld(seed: 0)
        let hiccup = [500: 64, 501: 44, 502: 24]  // one queue: nobody overtakes
        world.run(0..<2_000) { number, _ in [.milliseconds(hiccup[number] ?? 5)] }
        #expect((0..<1_990).allSatisfy { world.delays[$0] != nil }, "every frame is heard")
        #expect(world.concealed == 40)
        #expect(world.delay(0.5, of: 510..<550) == 65, "later by the concealment")
        #expect(world.delay(0.5, of: 1_500..<2_000) < 47, "and the delay comes back down")
    }

    @Test func overtakenPacketIsNotWaitedForLongerThanItsGap() {
        var world = PlayoutWorld(seed: 0)
        world.run(0..<1_000) { number, _ in [.milliseconds(number == 500 ? 65 : 5)] }
        #expect(world.concealed == 20)
        #expect(world.buffer.statistics.lost == 1)
        #expect(world.buffer.statistics.late == 1)
    }

    @Test func outageOfThreeSecondsEndsNearTheTarget() {
        var world = PlayoutWorld(seed: 1)
        let outage = 500..<650
        world.run(0..<1_500) { number, _ in
            outage.contains(number) ? [.milliseconds(20 * (650 - number) + 10)] : [.milliseconds(10)]
        }
        #expect(world.delay(0.95, of: 655..<700) <= 440, "what is far too late is thrown away")
        #expect(world.delay(0.5, of: 1_300..<1_500) < 60)
        #expect(world.buffer.statistics.discarded > 100)
    }

    @Test(arguments: [-200.0, 200], UInt64(0)..<3) func driftingClocksDoNotGrowTheDelay(drift: Double, seed: UInt64) {
        var world = PlayoutWorld(seed: seed)
        world.drift = drift
        world.stretchable = 0.5
        let frames = 30_000  // ten minutes
        world.run(0..<frames) { _, random in [random.delay(5, spread: 3)] }
        #expect(world.concealed <= 60, "\(world.concealed) ms concealed")
        for begin in stride(from: 3_000, to: frames, by: 3_000) {
            let delay = world.delay(0.95, of: begin..<begin + 3_000)
            #expect((10...55).contains(delay), "minute \(begin / 3_000): \(delay) ms")
        }
        let stretched = world.buffer.statistics.shortenedSamples + world.buffer.statistics.lengthenedSamples
        #expect(stretched < 48 * 300, "120 ms of drift needs no more than 300 ms of stretching: \(stretched / 48) ms")
    }

    /// Cheap crystals differ by up to 100 parts in a million; a virtual machine's clock may by more. An hour of it is
    /// 1.8 s, nine times what the buffer may ever wait.
    @Test(arguments: [-500.0, 500]) func anHourOfDriftIsTakenOutPeriodByPeriod(drift: Double) {
        var world = PlayoutWorld(seed: 6)
        world.drift = drift
        world.stretchable = 0.5
        let frames = 180_000
        for begin in stride(from: 0, to: frames, by: 3_000) {
            world.run(begin..<begin + 3_000) { _, random in [random.delay(5, spread: 3)] }
            #expect(world.buffer.waitingCount <= 3, "minute \(begin / 3_000)")
            guard begin > 0 else { continue }
            let delay = world.delay(0.99, of: begin..<begin + 2_990)
            #expect((10...60).contains(delay), "minute \(begin / 3_000): \(delay) ms")
        }
        let statistics = world.buffer.statistics
        #expect(world.concealed <= 100, "\(world.concealed) ms concealed in an hour")
        #expect(statistics.lost == 0 && statistics.discarded == 0 && statistics.late == 0, "no frame is left out")
        // What is taken out less what is put in is the drift: 500 parts in a million of 3,600 s.
        let net = Double(statistics.shortenedSamples - statistics.lengthenedSamples) / 48
        #expect(abs(net - drift / 1e6 * 3_600_000) < 100, "\(net) ms")
    }

    @Test func farApartClocksAreStillFollowed() {
        var world = PlayoutWorld(seed: 4)
        world.drift = 2_000
        world.run(0..<3_000) { _, random in [random.delay(5, spread: 3)] }
        #expect(world.delay(0.95, of: 2_500..<3_000) <= 60)
        #expect(world.concealed <= 60)
    }
}

extension PlayoutDecision {
    var isConcealment: Bool {
        switch self {
        case .conceal, .fadeOut: true
        case .decode, .recover, .silence: false
        }
    }
}
