import Basics
import TestSupport
import Testing

@testable import Playout

/// What sound does so that a picture may fit it.
@Suite struct PlayoutSyncTests {
    @Test(arguments: UInt64(0)..<3) func soundWaitsAsLongAsItIsTold(seed: UInt64) {
        var world = PlayoutWorld(seed: seed)
        world.run(0..<500) { _, random in [random.delay(5, spread: 3)] }
        #expect(world.delay(0.95, of: 250..<500) <= 28)
        world.buffer.leastDelay = .milliseconds(120)
        world.run(500..<1_500) { _, random in [random.delay(5, spread: 3)] }
        #expect(abs(world.delay(0.5, of: 1_200..<1_500) - 125) <= 20)
        #expect(world.concealed == 0)
        world.buffer.leastDelay = .zero
        world.run(1_500..<4_000) { _, random in [random.delay(5, spread: 3)] }
        #expect(world.delay(0.95, of: 3_500..<4_000) <= 50, "and no longer")
    }

    @Test func whatIsToldIsBelievedUpToALimit() {
        var world = PlayoutWorld(seed: 1)
        world.buffer.leastDelay = .seconds(3_600)
        world.run(0..<2_000) { _, random in [random.delay(5, spread: 3)] }
        #expect(world.buffer.target == .milliseconds(400))
        #expect(world.concealed == 0)
    }

    @Test func theHeardSampleIsTold() {
        var world = PlayoutWorld(seed: 2)
        #expect(world.buffer.heardTimestamp(buffered: 0) == nil, "nothing is heard yet")
        world.run(0..<100) { _, _ in [.milliseconds(5)] }
        // A tick has just been filled up to the end of a frame.
        let heard = world.buffer.heardTimestamp(buffered: 0)
        let frames = (heard ?? 0) &- world.firstTimestamp
        #expect(frames % 960 == 0 && (97...100).contains(frames / 960), "\(frames)")
    }
}
