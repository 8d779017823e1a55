import Basics
import RTP
import TestSupport
import Testing

@testable import Playout

/// Pictures are shown when the sound of their moment is heard.
@Suite struct LipSyncTests {
    private static func world(_ seed: UInt64, reports: Bool = true) -> VideoWorld {
        var world = VideoWorld(seed: seed)
        world.delay = .milliseconds(30)
        world.hasSound = true
        world.hasReports = reports
        return world
    }

    /// A second at a time.
    private static func run(_ world: inout VideoWorld, seconds: Int) {
        for _ in 0..<seconds { world.run(30, tail: .zero) }
    }

    @Test(arguments: [-200.0, 200.0], [0.0, -200.0, 200.0])
    func driftingClocksDoNotPartThemInTenMinutes(drift: Double, soundDrift: Double) {
        var world = Self.world(1)
        (world.drift, world.soundDrift) = (drift, soundDrift)
        Self.run(&world, seconds: 600)
        #expect(world.faults.isEmpty, "\(world.faults.prefix(3))")
        #expect(world.error(1, after: .seconds(3)) <= 20, "\(drift) and \(soundDrift) ppm")
        #expect(world.shown.count >= 17_990)
        #expect(world.playout.statistics.freezes == 0)
    }

    @Test(arguments: UInt64(0)..<3) func jitterAndLossPartThemLittle(seed: UInt64) {
        var world = Self.world(seed)
        world.jitter = { random in random.delay(0, spread: 20) }
        world.loses = { _, _, random in random.chance(0.02) }
        Self.run(&world, seconds: 120)
        #expect(world.faults.isEmpty, "\(world.faults.prefix(3))")
        #expect(world.error(0.95, after: .seconds(5)) <= 20)
    }

    @Test(arguments: [-200.0, 200.0]) func withoutReportsTheyGoByArrival(drift: Double) {
        var world = Self.world(2, reports: false)
        world.drift = drift
        Self.run(&world, seconds: 120)
        #expect(world.error(1, after: .seconds(3)) <= 40, "as if both had left at once")
    }

    @Test func soundWaitsForAPictureThatTakesLonger() {
        var world = Self.world(3)
        world.encodeTime = .milliseconds(120)
        Self.run(&world, seconds: 60)
        #expect(world.playout.soundWait > .milliseconds(80))
        #expect(world.error(0.95, after: .seconds(15)) <= 20)
        #expect(world.soundBuffer.statistics.concealedSamples == 0)
    }

    @Test func soundDoesNotWaitForever() {
        var world = Self.world(4)
        world.encodeTime = .milliseconds(900)
        Self.run(&world, seconds: 30)
        #expect(world.playout.soundWait <= .milliseconds(200))
        #expect(world.shown.count >= 860)
    }

    @Test(arguments: [-1e9, -100, -2, -1.0, -0.4, 0.4, 1.0, 2, 100, 1e9])
    func liesDelayNobodyWithoutBound(lie: Double) {
        var world = Self.world(5)
        world.lie = lie
        Self.run(&world, seconds: 20)
        #expect(world.faults.isEmpty, "\(world.faults.prefix(3))")
        #expect(world.shown.count >= 570)
        let slowest = world.slowest(after: .seconds(1))
        #expect(slowest <= 680, "the path 33, then 600, lie \(lie)")
        #expect(world.playout.soundWait <= .milliseconds(200))
        #expect(world.soundBuffer.statistics.concealedSamples == 0)
    }

    @Test func aSteppedSenderClockIsFollowedSlowly() {
        var world = Self.world(6)
        Self.run(&world, seconds: 10)
        world.lie = 0.15
        Self.run(&world, seconds: 10)
        let times = world.shown.map { ($0.at - .zero).milliseconds }.filter { $0 > 8_000 }
        let steps = zip(times, times.dropFirst()).map { $1 - $0 }
        #expect(steps.allSatisfy { (26...40).contains($0) }, "a tenth faster or slower")
    }

    @Test func aPictureWithoutSoundWaitsForJitterAlone() {
        var world = VideoWorld(seed: 7)
        world.delay = .milliseconds(30)
        Self.run(&world, seconds: 20)
        let slowest = world.slowest(after: .seconds(1))
        #expect(
            slowest <= 57, "path 33, packets 6, decoder 4, 10 for the scheduler, and what it was before that was known")
        #expect(world.playout.soundWait == .zero && world.playout.lag == nil)
    }

    @Test func momentsAreWhereBothClocksSay() {
        var sync = LipSync()
        #expect(sync.moment(ofPicture: 0, at: .zero) == nil)
        let second: UInt64 = 1 << 32, ten: Instant = .zero + .seconds(10)
        sync.reported(sound: LipSync.Report(senderTime: .max - second + 1, timestamp: .max - 47_999))
        sync.reported(picture: LipSync.Report(senderTime: second / 2, timestamp: 45_000))
        sync.heard(timestamp: 24_000, waited: .zero, at: ten)
        // The sound of half a second is heard at 10 s; the picture of half a second has the timestamp 45,000.
        #expect(sync.moment(ofPicture: 45_000, at: ten) == 10_000_000_000)
        #expect(sync.moment(ofPicture: 54_000, at: ten) == 10_100_000_000)
        #expect(sync.moment(ofPicture: 45_000, at: ten + .seconds(3)) == nil, "the sound has stopped")
    }
}
