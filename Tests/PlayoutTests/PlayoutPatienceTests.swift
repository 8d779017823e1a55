import Basics
import Testing

@testable import Playout

/// How long a tick may wait for a frame when the output has no clock of its own.
@Suite struct PlayoutPatienceTests {
    static func buffer() -> PlayoutBuffer {
        var limits = PlayoutLimits()
        limits.patience = PlayoutClock.samples(milliseconds: 15)
        return PlayoutBuffer(limits: limits)
    }

    /// Plays frames 0..<10 of a quiet path, each 20 ms after its arrival; the tick of frame 10 is at 1,220 ms.
    static func playing() -> PlayoutBuffer {
        var buffer = buffer()
        for number in 0..<10 {
            _ = buffer.insert(PlayoutRestTests.packet(number, at: 1_000 + 20 * number))
            _ = buffer.next(at: time(1_020 + 20 * number), buffered: 0)
        }
        return buffer
    }

    static func time(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }

    @Test func missingFrameWithNothingBehindItIsWaitedFor() {
        let buffer = Self.playing()
        #expect(buffer.patience(at: Self.time(1_220)) == .milliseconds(15))
    }

    @Test func presentFrameIsNotWaitedFor() {
        var buffer = Self.playing()
        _ = buffer.insert(PlayoutRestTests.packet(10, at: 1_200))
        #expect(buffer.patience(at: Self.time(1_220)) == .zero)
    }

    @Test func overtakenFrameOfAQuietPathIsLostAtOnce() {
        var buffer = Self.playing()
        _ = buffer.insert(PlayoutRestTests.packet(11, at: 1_220))
        #expect(buffer.patience(at: Self.time(1_220)) == .zero)
    }

    @Test func overtakenFrameOfAPathWithJitterIsWaitedForAsLongAsThatExplains() {
        var buffer = Self.playing()
        _ = buffer.insert(PlayoutRestTests.packet(9, at: 1_212))  // again, 32 ms late
        _ = buffer.insert(PlayoutRestTests.packet(11, at: 1_220))
        let patience = buffer.patience(at: Self.time(1_220))
        #expect(patience > .milliseconds(10) && patience <= .milliseconds(15))
    }

    @Test func nobodyWaitsTwiceOrForARestingSource() {
        var buffer = Self.playing()
        _ = buffer.next(at: Self.time(1_220), buffered: 0)
        #expect(buffer.patience(at: Self.time(1_240)) == .zero, "a gap has begun")
        var resting = Self.playing()
        resting.setSending(false)
        #expect(resting.patience(at: Self.time(1_220)) == .zero)
        #expect(Self.buffer().patience(at: Self.time(0)) == .zero)
    }

    @Test func patienceLowersWhatMustBeWaitedForAlways() {
        var patient = PlayoutWorld(seed: 1), strict = PlayoutWorld(seed: 1)
        patient.buffer = Self.buffer()
        patient.run(0..<500) { _, random in [random.delay(5, spread: 40)] }
        strict.run(0..<500) { _, random in [random.delay(5, spread: 40)] }
        #expect(strict.buffer.target - patient.buffer.target == .milliseconds(15))
    }
}
