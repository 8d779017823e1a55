import Basics
import RTP
import TestSupport
import Testing

@testable import Playout

/// What is shown when packets of a picture are lost, late, doubled or out of order.
@Suite struct VideoLossTests {
    private func expectSound(_ world: VideoWorld, _ seed: UInt64 = 0) {
        #expect(world.faults.isEmpty, "seed \(seed): \(world.faults.prefix(3))")
        let statistics = world.playout.statistics
        #expect(statistics.shownFrames == world.shown.count)
        #expect(statistics.decodedFrames <= statistics.shownFrames + statistics.droppedFrames)
    }

    @Test func aQuietPathShowsEveryFrameOnce() {
        var world = VideoWorld(seed: 1)
        world.run(1_800)
        expectSound(world)
        #expect(world.shown.map(\.frame) == Array(0..<1_800))
        #expect(world.playout.statistics.freezes == 0)
        #expect(world.playout.statistics.keyFrames == 1 && world.askedForKeyFrames.isEmpty)
        let slowest = world.readyAfter.values.max() ?? .zero
        #expect(slowest < .milliseconds(64), "path 50, encoder 3, packets one after the other 6, decoder 4")
        #expect(world.repair.statistics.missing == 0)
    }

    @Test(arguments: UInt64(0)..<4) func lossIsRepairedAndNothingElseIsLost(seed: UInt64) {
        var world = VideoWorld(seed: seed)
        world.delay = .milliseconds(20)
        world.loses = { _, _, random in random.chance(0.05) }
        world.run(1_800)
        expectSound(world, seed)
        #expect(world.shown.count > 1_700, "\(world.playout.statistics)")
        #expect(world.playout.statistics.freezes <= 1, "in a minute")
        #expect(world.playout.statistics.keyFrames <= 2)
    }

    @Test(arguments: UInt64(0)..<4) func aLongPathWithLossFreezesSeldom(seed: UInt64) {
        var world = VideoWorld(seed: seed)
        world.loses = { _, _, random in random.chance(0.05) }
        world.run(1_800)
        expectSound(world, seed)
        #expect(world.shown.count > 1_600, "\(world.playout.statistics)")
        #expect(world.playout.statistics.freezes <= 6, "in a minute, \(world.playout.statistics)")
    }

    @Test(arguments: UInt64(0)..<4) func burstsAreSurvived(seed: UInt64) {
        var world = VideoWorld(seed: seed)
        world.loses = { frame, _, _ in frame.number % 150 > 140 && frame.number > 150 }
        world.run(1_500)
        expectSound(world, seed)
        // The burst, then three requests in vain, and the key frame.
        #expect(world.longestGap < .milliseconds(300 + 33 + 350 + 100 + 33))
        #expect(world.shown.count > 1_200)
    }

    @Test(arguments: UInt64(0)..<4) func disorderAndDuplicatesAreHealed(seed: UInt64) {
        var world = VideoWorld(seed: seed)
        world.copies = 2
        world.delay = .milliseconds(20)
        world.jitter = { random in random.delay(0, spread: 30) }
        world.run(900)
        expectSound(world, seed)
        #expect(world.shown.count >= 860, "\(world.playout.statistics)")
        #expect(world.playout.statistics.freezes == 0 && world.askedForKeyFrames.isEmpty)
    }

    @Test func upperLayersThatAreLostStallNothing() {
        var world = VideoWorld(seed: 3)
        world.repairs = false
        world.loses = { frame, _, _ in frame.layer > 0 && frame.number % 7 == 0 }
        world.run(900)
        expectSound(world)
        // With a frame of layer 1 the one of layer 2 that refers to it is gone too, and no other.
        let lost = world.frames.filter { $0.layer > 0 && $0.number % 7 == 0 }
        let gone = lost.count + lost.filter { $0.layer == 1 }.count
        #expect(world.shown.count == 900 - gone, "\(world.playout.statistics)")
        #expect(world.askedForKeyFrames.isEmpty)
        #expect(world.longestGap <= .milliseconds(103), "three frames at most")
    }

    @Test(arguments: UInt64(0)..<4) func aLostKeyFrameIsShownWithinARoundTripAndABit(seed: UInt64) {
        var world = VideoWorld(seed: seed)
        // Every second packet of the first key frame, its last ones too.
        var count = 0
        world.loses = { frame, isRetransmission, _ in
            guard frame.number == 0, !isRetransmission else { return false }
            count += 1
            return count % 2 == 0 || count > 15
        }
        world.run(300)
        expectSound(world, seed)
        #expect(world.shown.first?.frame == 0)
        #expect((world.shown.first?.at ?? .distantFuture) - .zero <= .milliseconds(50 + 100 + 100))
        #expect(world.playout.statistics.keyFrames == 1 && world.askedForKeyFrames.isEmpty)
    }

    @Test(arguments: UInt64(0)..<4) func aFirstKeyFrameLostWholeIsShownWithinARoundTripAndABit(seed: UInt64) {
        var world = VideoWorld(seed: seed)
        world.delay = .milliseconds(50)
        world.loses = { frame, isRetransmission, _ in frame.isKeyFrame && !isRetransmission }
        world.run(60)
        #expect(world.faults.isEmpty, "\(world.faults)")
        let late = (world.shown.first?.at ?? .distantFuture) - world.captured[0]! - world.delay
        #expect(late <= .milliseconds(200), "after it would have come: \(late)")
        #expect(world.askedForKeyFrames.isEmpty && world.playout.statistics.keyFrames == 1)
    }

    @Test func aKeyFrameLostWholeInTheMiddleIsShownWithinARoundTripAndABit() {
        var world = VideoWorld(seed: 4)
        world.asksForKeyFrame = [200]
        world.loses = { frame, isRetransmission, _ in frame.number == 200 && !isRetransmission }
        world.run(400)
        expectSound(world)
        #expect(world.playout.statistics.keyFrames == 2)
        let before = world.shown.first { $0.frame >= 199 }, after = world.shown.first { $0.frame >= 200 }
        #expect((after?.at ?? .distantFuture) - (before?.at ?? .zero) <= .milliseconds(100 + 100))
    }

    @Test func aFirstFrameLostWholeIsAskedForAnew() {
        var world = VideoWorld(seed: 4)
        world.loses = { frame, _, _ in frame.number == 0 }
        world.run(300)
        expectSound(world)
        // Nobody knows its numbers. The sender makes the second one 300 ms after the first; then the path.
        #expect((world.shown.first?.at ?? .distantFuture) - .zero <= .milliseconds(300 + 33 + 50 + 30))
        #expect(world.askedForKeyFrames.count == 1)
    }

    @Test func aBaseFrameThatNeverComesCostsOneKeyFrame() {
        var world = VideoWorld(seed: 5)
        world.loses = { frame, _, _ in frame.number == 100 }
        world.run(600)
        expectSound(world)
        #expect(world.askedForKeyFrames.count == 1)
        #expect(world.playout.statistics.keyFrames == 2)
        // Three requests and their answers, then the key frame.
        #expect(world.longestGap <= .milliseconds(350 + 100 + 100))
        #expect(world.playout.statistics.freezes == 1)
        #expect(world.playout.statistics.freezeTime == world.longestGap)
    }

    @Test(arguments: [0, 1, 2] as [UInt8]) func layersLeftOutByTheSenderAreNoLoss(wanted: UInt8) {
        var world = VideoWorld(seed: 6)
        world.filter.wanted = wanted
        world.run(800)
        expectSound(world)
        #expect(world.shown.count == 200 << Int(wanted))
        #expect(world.playout.statistics.undecodableFrames == 0 && world.askedForKeyFrames.isEmpty)
    }

    @Test(arguments: UInt64(0)..<4) func layersMayComeAndGo(seed: UInt64) {
        var world = VideoWorld(seed: seed)
        world.loses = { _, _, random in random.chance(0.02) }
        for _ in 0..<20 {
            world.filter.wanted = [0, 1, 2].randomElement(using: &world.random)
            world.run(.random(in: 20...60, using: &world.random), tail: .zero)
        }
        world.run(1)
        expectSound(world, seed)
        #expect(world.playout.statistics.freezes <= 3)
        #expect(world.playout.statistics.keyFrames <= 2)
    }

    @Test func aSlowDecoderStillShowsSomething() {
        var world = VideoWorld(seed: 8)
        world.decodeTime = .milliseconds(45)
        world.run(600)
        expectSound(world)
        #expect(world.longestGap < .milliseconds(250))
        #expect(world.slowest(after: .seconds(10)) < 350, "what nobody refers to is not decoded, so it keeps up")
        #expect(world.playout.statistics.droppedFrames > 100, "\(world.playout.statistics)")
    }

    @Test func numbersWrapWithoutATrace() {
        var world = VideoWorld(seed: 9)
        world.stream.packetCounts = [20, 20, 20]
        // 65,536 packets, 256 frames of layer 0, and the timestamp that starts near its end.
        world.run(4_000)
        expectSound(world)
        #expect(world.shown.count == 4_000)
    }
}
