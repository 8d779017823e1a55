import Basics
import TestSupport
import Testing

@testable import Playout

/// Beginnings, rests and restarts of a source.
@Suite struct PlayoutRestTests {
    static func packet(_ number: Int, at milliseconds: Int, timestamp: Int? = nil) -> PlayoutPacket {
        PlayoutPacket(
            sequence: SequenceNumber(rawValue: UInt16(truncatingIfNeeded: number)),
            timestamp: UInt32(truncatingIfNeeded: timestamp ?? number * 960), sampleCount: 960,
            carriesPrevious: false, arrival: time(milliseconds))
    }

    static func time(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }

    @Test func nothingIsHeardAndNothingCountedBeforeTheFirstPacket() {
        var buffer = PlayoutBuffer()
        for tick in 0..<100 {
            let decision = buffer.next(at: Self.time(tick * 20), buffered: 0)
            #expect(decision == .silence(sampleCount: 960))
        }
        #expect(buffer.statistics == PlayoutStatistics())
        #expect(buffer.startsAt == nil)
    }

    @Test func firstPacketWaitsOneFrameLessHalfATick() {
        var buffer = PlayoutBuffer()
        #expect(Self.insert(7, into: &buffer, at: 1_000) == .keep(slot: 7))
        #expect(buffer.startsAt == Self.time(1_020))
        #expect(buffer.isTooEarly(at: Self.time(1_009)) && !buffer.isTooEarly(at: Self.time(1_010)))
        let early = buffer.next(at: Self.time(1_009), buffered: 0)
        let due = buffer.next(at: Self.time(1_010), buffered: 0)
        #expect(early == .silence(sampleCount: 960))
        #expect(due == .decode(slot: 7, stretch: .none))
    }

    @Test func packetThatWasOvertakenByTheFirstIsStillPlayed() {
        var buffer = PlayoutBuffer()
        #expect(Self.insert(8, into: &buffer, at: 1_000) == .keep(slot: 8))
        #expect(Self.insert(7, into: &buffer, at: 1_005) == .keep(slot: 7))
        let first = buffer.next(at: Self.time(1_020), buffered: 0)
        let second = buffer.next(at: Self.time(1_040), buffered: 0)
        #expect(first == .decode(slot: 7, stretch: .none))
        #expect(second == .decode(slot: 8, stretch: .none))
    }

    @Test func announcedRestIsNotConcealment() {
        var world = PlayoutWorld(seed: 3)
        world.run(0..<100) { _, random in [random.delay(5, spread: 2)] }
        world.buffer.setSending(false)
        world.run(100..<200) { _, _ in [] }
        #expect(world.concealed == 0)
        #expect(world.buffer.isResting)
        world.run(200..<300) { _, random in [random.delay(5, spread: 2)] }
        #expect(world.concealed == 0)
        #expect(world.buffer.statistics.decoded >= 196)
        #expect(world.delay(0.95, of: 200..<300) <= 60)
    }

    @Test func restAnnouncedTooLateIsTakenBack() {
        var world = PlayoutWorld(seed: 3)
        world.run(0..<100) { _, random in [random.delay(5, spread: 2)] }
        world.run(100..<120) { _, _ in [] }
        #expect(world.concealed >= 360)
        world.buffer.setSending(false)
        #expect(world.concealed == 0)
    }

    /// The word that the source has ended may overtake its last packet: that packet does not make it run again.
    @Test func lastPacketBehindTheWordThatItIsTheLast() {
        var world = PlayoutWorld(seed: 3)
        world.run(0..<100) { _, random in [random.delay(5, spread: 2)] }
        world.buffer.setSending(false)
        world.run(100..<200) { number, _ in number == 100 ? [.milliseconds(80)] : [] }
        #expect(world.delays[100] != nil, "it is heard")
        #expect(world.concealed == 0)
        #expect(world.buffer.isResting)
    }

    /// Sound that runs ahead of the word that its source runs again is heard whole, and losses count from the word on.
    @Test func soundAheadOfTheWordIsHeard() {
        var world = PlayoutWorld(seed: 3)
        world.run(0..<100) { _, _ in [.milliseconds(5)] }
        world.buffer.setSending(false)
        world.run(100..<200) { _, _ in [] }
        world.run(200..<205) { _, _ in [.milliseconds(5)] }
        world.buffer.setSending(true)
        world.run(205..<300) { number, _ in number % 20 == 10 ? [] : [.milliseconds(5)] }
        #expect((200..<295).allSatisfy { world.delays[$0] != nil || $0 % 20 == 10 })
        #expect(world.concealed == 100)
    }

    @Test func silenceOfARunningSourceIsCounted() {
        var world = PlayoutWorld(seed: 3)
        world.run(0..<100) { _, random in [random.delay(5, spread: 2)] }
        world.run(100..<400) { _, _ in [] }
        #expect(world.concealed >= 5_900 && world.concealed <= 6_000)
    }

    @Test func newClockOfTheSourceIsFollowed() {
        var world = PlayoutWorld(seed: 5)
        world.run(0..<100) { _, _ in [.milliseconds(5)] }
        world.firstTimestamp &+= 3_000_000
        world.run(100..<200) { _, _ in [.milliseconds(5)] }
        #expect(world.concealed <= 60)
        #expect(world.delay(0.9, of: 110..<195) <= 50)
    }

    @Test func newNumbersOfTheSourceAreFollowed() {
        var world = PlayoutWorld(seed: 5)
        world.run(0..<100) { _, _ in [.milliseconds(5)] }
        world.firstSequence &+= 20_000
        world.run(100..<200) { _, _ in [.milliseconds(5)] }
        #expect(world.concealed <= 80)
        #expect(world.buffer.statistics.decoded >= 190)
    }

    @Test func oneStrayNumberDisturbsNothing() {
        var world = PlayoutWorld(seed: 5)
        world.run(0..<100) { _, _ in [.milliseconds(5)] }
        _ = world.buffer.insert(Self.packet(12_345, at: 3_000))
        world.run(100..<200) { _, _ in [.milliseconds(5)] }
        #expect(world.concealed == 0)
        #expect(world.buffer.statistics.discarded == 1)
    }

    @Test func restartForgetsTheOldSource() {
        var world = PlayoutWorld(seed: 5)
        world.run(0..<100) { _, _ in [.milliseconds(5)] }
        world.buffer.restart()
        (world.firstSequence, world.firstTimestamp) = (123, 456)
        world.run(100..<200) { _, _ in [.milliseconds(5)] }
        #expect(world.concealed <= 60)
        #expect(world.delay(0.9, of: 110..<195) <= 50)
    }

    @Test(arguments: UInt64(0)..<40) func hostilePacketsNeverStopIt(seed: UInt64) {
        var random = SplitMix(seed: seed), buffer = PlayoutBuffer(), buffered = 0
        var number = 0
        for step in 0..<3_000 {
            number =
                random.chance(0.02)
                ? Int.random(in: 0..<65_536, using: &random) : number + Int.random(in: -2...4, using: &random)
            let packet = PlayoutPacket(
                sequence: SequenceNumber(rawValue: UInt16(truncatingIfNeeded: number)),
                timestamp: random.chance(0.1)
                    ? UInt32.random(in: 0 ... .max, using: &random) : UInt32(truncatingIfNeeded: number &* 960),
                sampleCount: random.chance(0.9) ? 960 : Int.random(in: 1...5_760, using: &random),
                carriesPrevious: random.chance(0.5), arrival: Self.time(step * 20))
            _ = buffer.insert(packet)
            if random.chance(0.01) { buffer.setSending(random.chance(0.5)) }
            var questions = 0
            while buffered < 960 {
                buffered += Self.sampleCount(of: buffer.next(at: Self.time(step * 20 + 10), buffered: buffered), packet)
                questions += 1
                #expect(questions < 1_000, "each answer fills some of the tick")
            }
            buffered -= 960
            if buffered >= 960 { buffered = 0 }
        }
        #expect(buffer.waitingCount <= PlayoutBuffer.capacity)
        #expect(buffer.statistics.concealedSamples >= 0)
    }

    static func sampleCount(of decision: PlayoutDecision, _ packet: PlayoutPacket) -> Int {
        switch decision {
        case .decode: packet.sampleCount
        case .recover(_, let count), .conceal(let count), .fadeOut(let count), .silence(let count): count
        }
    }

    private static func insert(
        _ number: Int, into buffer: inout PlayoutBuffer, at milliseconds: Int
    ) -> PlayoutBuffer.Insertion {
        buffer.insert(packet(number, at: milliseconds))
    }
}
