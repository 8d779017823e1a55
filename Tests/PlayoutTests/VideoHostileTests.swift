import Basics
import TestSupport
import Testing

@testable import Playout

/// A peer may send anything: nothing traps, nothing grows, and nobody is flooded.
@Suite struct VideoHostileTests {
    /// Feeds and drains; answers how many key frames were asked for.
    struct Victim {
        var playout = VideoPlayout()
        var now: Instant = .zero
        var asked: [Instant] = []
        var faults: [String] = []
        var random: SplitMix

        mutating func drain() {
            for _ in 0..<1_200 {
                switch playout.poll() {
                case .decode(let frame, let picture):
                    if frame.packetCount < 1 || frame.packetCount > VideoPlayout.slotCount { faults.append("\(frame)") }
                    if picture < 0 || picture >= VideoPlayout.pictureCapacity { faults.append("picture \(picture)") }
                    if random.chance(0.1) { playout.decodingFailed(at: now) } else { playout.decoded(at: now) }
                case .show, .drop: break
                case .requestKeyFrame: asked.append(now)
                case .wait(let until):
                    if let until, until <= now { faults.append("waits for what is past") }
                    if let until, until > now + .seconds(6) { faults.append("waits \(until - now)") }
                    return
                }
            }
            faults.append("never waits")
        }
    }

    @Test(arguments: UInt64(0)..<8) func anyPacketsAreBounded(seed: UInt64) {
        var random = SplitMix(seed: seed), victim = Victim(random: SplitMix(seed: seed + 100))
        var number: UInt16 = 0, timestamp: UInt32 = 0
        for _ in 0..<20_000 {
            switch Int.random(in: 0..<20, using: &random) {
            case 0: number = .random(in: 0...UInt16.max, using: &random)
            case 1: number &-= .random(in: 0...600, using: &random)
            case 2: number &+= .random(in: 0...600, using: &random)
            case 3: timestamp = .random(in: 0...UInt32.max, using: &random)
            case 4: timestamp &+= 0x7FFF_FFFF
            case 5: victim.now += .milliseconds(Int64.random(in: 0...2_000, using: &random))
            case 6: victim.playout.gaveUp(through: SequenceNumber(rawValue: number), at: victim.now)
            case 7: victim.playout.setSending(Bool.random(using: &random))
            case 8: lie(to: &victim, using: &random)
            default:
                number &+= 1
                victim.now += .milliseconds(1)
            }
            if random.chance(0.4) { timestamp &+= 3_000 }
            _ = victim.playout.insert(
                packet(number, timestamp, at: victim.now, using: &random), at: victim.now)
            victim.playout.timeout(at: victim.now)
            victim.drain()
        }
        #expect(victim.faults.isEmpty, "seed \(seed): \(victim.faults.prefix(3))")
        #expect(victim.playout.statistics.packets == 20_000)
        #expect(victim.playout.statistics.decodedFrames > 100, "some were frames")
        #expect(zip(victim.asked, victim.asked.dropFirst()).allSatisfy { $1 - $0 >= .milliseconds(300) })
    }

    private func packet(
        _ number: UInt16, _ timestamp: UInt32, at now: Instant, using random: inout SplitMix
    ) -> VideoPacket {
        let layer = VideoLayer(
            index: .random(in: 0...3, using: &random), base: .random(in: 0...2, using: &random),
            isSync: Bool.random(using: &random))
        return VideoPacket(
            sequence: SequenceNumber(rawValue: number), timestamp: timestamp, arrival: now,
            byteCount: .random(in: 1...1_200, using: &random), isFirst: random.chance(0.6), isLast: random.chance(0.6),
            kind: VideoPacket.Kind(
                isKeyFrame: random.chance(0.3), isNonReference: Bool.random(using: &random),
                layer: random.chance(0.8) ? layer : nil))
    }

    private func lie(to victim: inout Victim, using random: inout SplitMix) {
        let report = LipSync.Report(
            senderTime: .random(in: 0...UInt64.max, using: &random),
            timestamp: .random(in: 0...UInt32.max, using: &random))
        switch Int.random(in: 0..<3, using: &random) {
        case 0: victim.playout.sync.reported(sound: report)
        case 1: victim.playout.sync.reported(picture: report)
        default:
            victim.playout.sync.heard(
                timestamp: report.timestamp, waited: .milliseconds(Int64.random(in: 0...500, using: &random)),
                at: victim.now)
        }
    }

    @Test(arguments: [300, 450, 2_000, 1_000_000]) func framesThatNeverEndAskForFewKeyFrames(length: Int) {
        var victim = Victim(random: SplitMix(seed: 1))
        for number in 0..<60_000 {
            victim.now += .milliseconds(1)
            let packet = VideoPacket(
                sequence: SequenceNumber(rawValue: UInt16(truncatingIfNeeded: number)), timestamp: 7,
                arrival: victim.now,
                byteCount: 1_200, isFirst: number % length == 0, isLast: false,
                kind: VideoPacket.Kind(isKeyFrame: true))
            _ = victim.playout.insert(packet, at: victim.now)
            victim.playout.timeout(at: victim.now)
            victim.drain()
        }
        #expect(victim.faults.isEmpty, "\(victim.faults.prefix(3))")
        #expect(victim.playout.statistics.decodedFrames == 0)
        // Who begins a key frame each 300 ms need not be asked for one.
        let expected = length < 350 ? 0...0 : 3...20
        #expect(expected.contains(victim.asked.count), "a minute: \(victim.asked.count)")
    }

    @Test func aStreamWithoutKeyFramesAsksForFew() {
        var victim = Victim(random: SplitMix(seed: 1))
        for number in 0..<1_800 {
            victim.now += .milliseconds(33)
            let packet = VideoPacket(
                sequence: SequenceNumber(rawValue: UInt16(number)), timestamp: UInt32(number * 3_000),
                arrival: victim.now, byteCount: 100, isFirst: true, isLast: true,
                kind: VideoPacket.Kind(isKeyFrame: false))
            _ = victim.playout.insert(packet, at: victim.now)
            victim.playout.timeout(at: victim.now)
            victim.drain()
        }
        // The first ones wait for a key frame before them, which might have been lost and come again.
        let statistics = victim.playout.statistics
        #expect(statistics.undecodableFrames + statistics.discardedPackets == 1_800 && statistics.discardedPackets < 20)
        #expect((5...20).contains(victim.asked.count), "a minute: \(victim.asked.count)")
        victim.playout.setSending(false)
        let count = victim.asked.count
        for _ in 0..<60 {
            victim.now += .seconds(1)
            victim.playout.timeout(at: victim.now)
            victim.drain()
        }
        #expect(victim.asked.count == count, "nobody asks a source that rests")
    }
}
