import Basics
import MediaFiles
import MediaURIs
import Platform
import RTP
import TestSupport
import Testing

@testable import CodecDriver

/// A contact who sends what nobody should: the listener's time goes on, its memory does not grow, and who speaks
/// properly afterwards is heard.
@Suite struct HostileSpeakerTests {
    /// What one hostile packet is made of. Sequence number and timestamp go on from those of the packet before.
    private struct Forger {
        var random: SplitMix
        var sequence: UInt16 = 0, timestamp: UInt32 = 0, ssrc: UInt32 = 1
        var frames: [[UInt8]]

        init(seed: UInt64) {
            random = SplitMix(seed: seed)
            frames = ListenerTests.packets(700, frames: 20)
        }

        mutating func step() {
            sequence &+= 1
            timestamp &+= 960
            if random.chance(0.02) { ssrc = UInt32.random(in: 1...4, using: &random) }
            if random.chance(0.02) { sequence = UInt16.random(in: 0 ... .max, using: &random) }
            if random.chance(0.02) { sequence &+= UInt16.random(in: 0...400, using: &random) }
            if random.chance(0.02) { timestamp = UInt32.random(in: 0 ... .max, using: &random) }
            if random.chance(0.02) { timestamp &+= UInt32.random(in: 0...480_000, using: &random) }
        }

        /// Speech, nothing, a frame without bytes, 120 ms of one, stereo, every number of frames, or noise.
        mutating func payload() -> [UInt8] {
            let speech = frames[Int.random(in: frames.indices, using: &random)]
            switch Int.random(in: 0..<7, using: &random) {
            case 0: return []
            case 1: return [UInt8.random(in: 0 ... .max, using: &random)]
            case 2: return [speech[0] & 0xF8 | 3, 6] + [UInt8](repeating: 0, count: 12)
            case 3: return [speech[0] | 4] + speech.dropFirst()
            case 4: return [UInt8.random(in: 0 ... .max, using: &random)] + speech.dropFirst()
            case 5: return (0..<Int.random(in: 1...1_400, using: &random)).map { _ in random.byte() }
            default: return speech
            }
        }
    }

    @Test("time goes on and speech comes back", arguments: UInt64(0)..<12)
    func timeGoesOn(seed: UInt64) throws {
        let bench = ListenerTests.Bench(), file = try Sound.file()
        bench.listener.add(SinkLane(id: 0, try AudioSink.open(SinkURI("file:x"), file.duplicate())))
        bench.listener.start()
        let participant = try bench.participant(0), speech = ListenerTests.packets(440, frames: 200)
        var forger = Forger(seed: seed)
        // A second of proper speech, ten of an attack of up to some thousand packets a second, and four of speech.
        for number in 0..<50 { Self.speak(speech, number, at: number, to: participant, in: bench) }
        for tick in 50..<550 {
            bench.run(until: ListenerTests.start + .milliseconds(20 * tick + 1))
            for _ in 0..<Int.random(in: 0...80, using: &forger.random) {
                forger.step()
                let payload = forger.payload()
                participant.receive(
                    ssrc: forger.ssrc, sequence: SequenceNumber(rawValue: forger.sequence),
                    timestamp: forger.timestamp, payload: payload.rawSpan,
                    at: ListenerTests.start + .milliseconds(20 * tick + 1))
            }
        }
        for number in 0..<200 { Self.speak(speech, number, at: 550 + number, to: participant, in: bench) }
        bench.run(until: ListenerTests.start + .milliseconds(20 * 750 + 15))
        bench.listener.finish()
        let heard = Sound.samples(ofWAV: try Sound.bytes(of: file))
        #expect(heard.count == 750 * 960, "every tick was written once")
        #expect(abs(Sound.amplitude(440, in: heard.suffix(96_000)) - 0.3) < 0.05, "seed \(seed)")
        let reception = participant.reception
        #expect(reception.delay <= .milliseconds(500) && reception.concealed <= .seconds(15))
    }

    @Test("a flood is thrown away and costs no memory") func flood() throws {
        let bench = ListenerTests.Bench(), participant = try bench.participant(0)
        bench.listener.start()
        let frame = ListenerTests.packets(440, frames: 1)[0]
        // 10,000 packets a second, each 20 ms of sound: two hundred times what can be heard.
        var number = 0
        for tick in 0..<100 {
            for slice in 0..<20 {
                let now = ListenerTests.start + .milliseconds(20 * tick + slice)
                bench.run(until: now)
                for _ in 0..<10 {
                    participant.receive(
                        ssrc: 1, sequence: SequenceNumber(rawValue: UInt16(truncatingIfNeeded: number)),
                        timestamp: UInt32(truncatingIfNeeded: number * 960), payload: frame.rawSpan, at: now)
                    number += 1
                }
            }
        }
        bench.run(until: ListenerTests.start + .milliseconds(2_015))
        let reception = participant.reception
        #expect(reception.received == number)
        #expect(reception.decoded <= 110 && reception.discarded + reception.late + reception.duplicate > 15_000)
        #expect(reception.delay <= .milliseconds(2_600), "\(reception)")
    }

    private static func speak(
        _ packets: [[UInt8]], _ number: Int, at tick: Int, to participant: AudioParticipant,
        in bench: ListenerTests.Bench
    ) {
        let payload = packets[number]
        bench.run(until: ListenerTests.start + .milliseconds(20 * tick + 1))
        participant.receive(
            ssrc: 9, sequence: SequenceNumber(rawValue: UInt16(truncatingIfNeeded: 1_000 + number)),
            timestamp: UInt32(truncatingIfNeeded: 5_000_000 + number * 960), payload: payload.rawSpan,
            at: ListenerTests.start + .milliseconds(20 * tick + 1))
    }
}

extension SplitMix {
    fileprivate mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &self) < share }

    fileprivate mutating func byte() -> UInt8 { UInt8.random(in: 0 ... .max, using: &self) }
}
