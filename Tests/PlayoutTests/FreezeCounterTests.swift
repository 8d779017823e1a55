import Basics
import Testing

@testable import Playout

@Suite struct FreezeCounterTests {
    /// Shows a picture after each gap, in milliseconds.
    private static func counter(_ gaps: [Int]) -> FreezeCounter {
        var counter = FreezeCounter(), now: Instant = .zero
        counter.shown(at: now)
        for gap in gaps {
            now += .milliseconds(gap)
            counter.shown(at: now)
        }
        return counter
    }

    @Test func aSteadyPictureNeverFreezes() {
        for gap in [1, 33, 200, 2_000] {
            #expect(Self.counter(Array(repeating: gap, count: 100)).count == 0, "\(gap) ms")
        }
    }

    @Test func theGapMustExceedTheMeanBy150Milliseconds() {
        // With 29 gaps of 30 ms the mean with a gap g is (870 + g) / 30; a freeze is g >= 185.2.
        let steady = Array(repeating: 30, count: 29)
        #expect(Self.counter(steady + [186]).count == 1)
        #expect(Self.counter(steady + [185]).count == 0)
        #expect(Self.counter(steady + [186]).time == .milliseconds(186))
    }

    @Test func theGapMustBeThreeTimesTheMean() {
        // With 29 gaps of 200 ms: g >= 3 · (5,800 + g) / 30, which is g >= 644.4.
        let steady = Array(repeating: 200, count: 29)
        #expect(Self.counter(steady + [645]).count == 1)
        #expect(Self.counter(steady + [644]).count == 0)
    }

    @Test func theMeanIsOfTheLast30Gaps() {
        let slow = Array(repeating: 400, count: 50), fast = Array(repeating: 20, count: 30)
        #expect(Self.counter(slow + fast + [200]).count == 1)
    }

    @Test func tooFewGapsTellNothing() {
        #expect(Self.counter([30, 30, 30, 1_000]).count == 0)
        #expect(Self.counter([30, 30, 30, 30, 1_000]).count == 1)
    }

    @Test func aPauseIsNoFreeze() {
        var counter = Self.counter(Array(repeating: 30, count: 20))
        counter.paused()
        counter.shown(at: .zero + .seconds(60))
        counter.shown(at: .zero + .seconds(60) + .milliseconds(30))
        #expect(counter.count == 0)
    }
}
