import Basics
import Testing

@testable import Transport

@Suite struct TAI64NTests {
    private let now = WallTime(milliseconds: 1_700_000_000_123)

    @Test func aMomentHasTheBytesOfTAI64N() {
        let stamp = TAI64N(WallTime(milliseconds: 1_500))
        #expect(Hex.encode(stamp.bytes) == "400000000000000b" + "1dcd6500")
        #expect(Hex.encode(TAI64N(WallTime(milliseconds: -500)).bytes) == "4000000000000009" + "1dcd6500")
        #expect(TAI64N(stamp.bytes.rawSpan) == stamp)
    }

    @Test func otherBytesAreNoStamp() {
        let bytes = TAI64N(now).bytes
        #expect(TAI64N(Array(bytes.dropLast()).rawSpan) == nil)
        #expect(TAI64N((bytes + [0]).rawSpan) == nil)
        #expect(TAI64N((Array(bytes.prefix(8)) + [0x3B, 0x9A, 0xCA, 0x00]).rawSpan) == nil)
        #expect(TAI64N((Array(bytes.prefix(8)) + [0x3B, 0x9A, 0xC9, 0xFF]).rawSpan) != nil)
    }

    @Test func stampsSortAsTheirBytesDo() {
        let stamps = [0, 1, 999, 1_000, 1_000_000_000_000].map { TAI64N(WallTime(milliseconds: $0)) }
        #expect(stamps == stamps.sorted())
        #expect(zip(stamps, stamps.dropFirst()).allSatisfy { $0.bytes.lexicographicallyPrecedes($1.bytes) })
    }

    @Test func ourStampsAlwaysGrowEvenWhenTheClockStepsBack() {
        var last = TAI64N.next(at: now, after: nil)
        for step in [0, 0, -5_000, 10, -100_000] {
            let next = TAI64N.next(at: now + .milliseconds(step), after: last)
            #expect(next > last)
            last = next
        }
        let full = TAI64N([0x40, 0, 0, 0, 0, 0, 0, 1, 0x3B, 0x9A, 0xC9, 0xFF].rawSpan)
        let carried = TAI64N.next(at: WallTime(milliseconds: -1_000_000), after: full)
        #expect(carried.bytes == [0x40, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0])
    }

    @Test func aStampThatIsNotGreaterIsNotFresh() {
        let stored = TAI64N(now)
        #expect(TAI64N(now).isFresh(after: nil))
        #expect(!TAI64N(now).isFresh(after: stored))
        #expect(!TAI64N(now + .milliseconds(-1)).isFresh(after: stored))
        #expect(TAI64N(now + .milliseconds(1)).isFresh(after: stored))
    }

    @Test func whatIsStoredLiesAtMostFiveMinutesAheadAndNeverGoesBack() {
        let far = TAI64N(now + .seconds(3_600))
        #expect(far.stored(after: nil, at: now) == TAI64N(now + .seconds(300)))
        #expect(TAI64N(now).stored(after: nil, at: now) == TAI64N(now))
        let later = TAI64N(now + .seconds(10))
        #expect(TAI64N(now).stored(after: later, at: now) == later)
    }
}
