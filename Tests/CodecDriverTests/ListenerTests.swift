import Basics
import Foundation
import MediaFiles
import MediaURIs
import Platform
import TestSupport
import Testing

@testable import CodecDriver

/// The receiving half in virtual time.
@Suite struct ListenerTests {
    final class Bench {
        var listener: Listener
        private let box = Box()
        private final class Box { var events: [AudioEvent] = [] }
        var events: [AudioEvent] { box.events }
        private var now = ListenerTests.start
        private let step: Instant?

        init(inStepWith step: Instant? = nil) {
            let box = box
            self.step = step
            listener = Listener { box.events.append($0) }
        }

        func participant(_ id: Int) throws -> AudioParticipant {
            let participant = AudioParticipant(id: id, bell: try Bell())
            listener.add(ReceptionLane(participant, fileName: "p\(id)"))
            return participant
        }

        /// Runs whenever it asks to, until `end`.
        func run(until end: Instant) {
            while let next = listener.run(at: now, inStepWith: step), next <= end { now = max(now, next) }
            now = end
        }
    }

    static let start = Instant.zero + .seconds(5)

    /// Packets of a tone, one for each frame.
    static func packets(_ frequency: Double, frames: Int, amplitude: Double = 0.3) -> [[UInt8]] {
        OpusTests.encode(
            Sound.tone(frequency, count: frames * 960, amplitude: amplitude), with: OpusEncoder(bitrate: .kilobits(32)))
    }

    /// Delivers packet `number` of a stream 1 ms after its due time, on time for its tick.
    static func deliver(_ packets: [[UInt8]], _ number: Int, to participant: AudioParticipant, ssrc: UInt32 = 1) {
        let payload = packets[number]
        participant.receive(
            ssrc: ssrc, sequence: SequenceNumber(rawValue: UInt16(truncatingIfNeeded: 65_530 + number)),
            timestamp: UInt32(truncatingIfNeeded: number * 960), payload: payload.rawSpan,
            at: start + .milliseconds(20 * number + 1))
    }

    @Test func whatAListenerHearsIsWritten() throws {
        let bench = Bench(), file = try Sound.file(), packets = Self.packets(440, frames: 100)
        bench.listener.add(SinkLane(id: 0, try AudioSink.open(SinkURI("file:x"), file.duplicate())))
        bench.listener.start()
        let participant = try bench.participant(0)
        for number in 0..<100 {
            bench.run(until: Self.start + .milliseconds(20 * number + 1))
            Self.deliver(packets, number, to: participant)
        }
        bench.run(until: Self.start + .milliseconds(2_015))
        bench.listener.finish()
        let heard = Sound.samples(ofWAV: try Sound.bytes(of: file))
        #expect(heard.count == 100 * 960)
        #expect(abs(Sound.amplitude(440, in: heard[4_800..<91_200]) - 0.3) < 0.01)
        #expect(bench.events == [.mediaStarted(participant: 0)])
        let reception = participant.reception
        #expect(reception.decoded == 100 && reception.concealed == .zero && reception.lost == 0)
        #expect(reception.delay == .milliseconds(20) && (13...14).contains(reception.level))
    }

    /// Where a transmitter sends every 20 ms, the listener plays in the same moments, half a tick from the best at most.
    @Test(arguments: [(-200, 19), (3, 22), (8, 27), (10, 29), (11, 10), (12, 11), (20, 19), (1_021, 20)])
    func listenerKeepsStepWithTheTransmitter(step: Int, delay: Int) throws {
        let bench = Bench(inStepWith: Self.start + .milliseconds(step)), packets = Self.packets(440, frames: 100)
        let participant = try bench.participant(0)
        bench.listener.start()
        for number in 0..<100 {
            bench.run(until: Self.start + .milliseconds(20 * number + 1))
            Self.deliver(packets, number, to: participant)
        }
        bench.run(until: Self.start + .milliseconds(2_000))
        let reception = participant.reception
        #expect(reception.delay == .milliseconds(delay) && reception.concealed == .zero)
    }

    /// Nor is a later one heard sooner than that, when the listener runs already.
    @Test(arguments: 1...20) func everyoneWaitsForHalfATickAtLeast(milliseconds: Int) throws {
        let bench = Bench(), packets = Self.packets(440, frames: 50)
        bench.listener.start()
        let first = try bench.participant(0)
        bench.run(until: Self.start + .milliseconds(1))
        Self.deliver(packets, 0, to: first)
        let second = try bench.participant(1), offset = Duration.milliseconds(milliseconds)
        for number in 0..<50 {
            let arrival = Self.start + .milliseconds(100 + 20 * number) + offset
            bench.run(until: arrival)
            let payload = packets[number]
            second.receive(
                ssrc: 2, sequence: SequenceNumber(rawValue: UInt16(number)), timestamp: UInt32(number * 960),
                payload: payload.rawSpan, at: arrival)
        }
        bench.run(until: Self.start + .milliseconds(1_100))
        #expect(second.reception.delay >= .milliseconds(10) && second.reception.delay < .milliseconds(30))
        #expect(second.reception.concealed == .zero && second.reception.decoded >= 48)
    }

    @Test func nothingIsHeardBeforeTheStart() throws {
        let bench = Bench(), participant = try bench.participant(0)
        Self.deliver(Self.packets(440, frames: 1), 0, to: participant)
        bench.run(until: Self.start + .seconds(1))
        #expect(bench.events.isEmpty && participant.reception.received == 0)
    }

    @Test func lostFramesAreConcealedAndCounted() throws {
        let bench = Bench(), packets = Self.packets(440, frames: 100), participant = try bench.participant(0)
        bench.listener.start()
        for number in 0..<100 where number % 20 != 10 {
            bench.run(until: Self.start + .milliseconds(20 * number + 1))
            Self.deliver(packets, number, to: participant)
        }
        bench.run(until: Self.start + .milliseconds(2_015))
        #expect(participant.reception.lost == 5)
        #expect(participant.reception.concealed == .milliseconds(100))
    }

    @Test func lateFrameIsWaitedForALittle() throws {
        let bench = Bench(), packets = Self.packets(440, frames: 100), participant = try bench.participant(0)
        bench.listener.start()
        for number in 0..<100 {
            bench.run(until: Self.start + .milliseconds(20 * number + (number == 50 ? 30 : 1)))
            Self.deliver(packets, number, to: participant)
        }
        bench.run(until: Self.start + .milliseconds(2_015))
        #expect(participant.reception.concealed == .zero)
        #expect(participant.reception.decoded >= 99)
    }

    @Test func restOfTheSourceIsSilenceThatNobodyCounts() throws {
        let bench = Bench(), file = try Sound.file(), packets = Self.packets(440, frames: 50)
        bench.listener.add(SinkLane(id: 0, try AudioSink.open(SinkURI("file:x"), file.duplicate())))
        bench.listener.start()
        let participant = try bench.participant(0)
        for number in 0..<50 {
            bench.run(until: Self.start + .milliseconds(20 * number + 1))
            Self.deliver(packets, number, to: participant)
        }
        participant.setSending(false)
        bench.run(until: Self.start + .milliseconds(2_015))
        #expect(participant.reception.concealed == .zero)
        let heard = Sound.samples(ofWAV: try Sound.bytes(of: file))
        #expect(heard.count == 100 * 960)
        #expect(heard.suffix(45_000).allSatisfy { $0 == 0 })
    }

    @Test func severalParticipantsAreMixedAndHaveFilesOfTheirOwn() throws {
        let bench = Bench(), file = try Sound.file()
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        bench.listener.add(SinkLane(id: 0, try AudioSink.open(SinkURI("file:x"), file.duplicate())))
        bench.listener.add(SinkLane(id: 1, try AudioSink.open(SinkURI("dir:x"), Descriptor.open(url.path, O_RDONLY))))
        bench.listener.start()
        let frequencies = [440.0, 1_000, 1_700]
        let streams = frequencies.map { Self.packets($0, frames: 100, amplitude: 0.2) }
        let participants = try frequencies.indices.map { try bench.participant($0) }
        for number in 0..<100 {
            bench.run(until: Self.start + .milliseconds(20 * number + 1))
            for (stream, participant) in zip(streams, participants) {
                Self.deliver(stream, number, to: participant, ssrc: UInt32(participant.id))
            }
        }
        bench.run(until: Self.start + .milliseconds(2_015))
        bench.listener.finish()
        let heard = Sound.samples(ofWAV: try Sound.bytes(of: file))
        for (index, frequency) in frequencies.enumerated() {
            #expect(abs(Sound.amplitude(frequency, in: heard[9_600..<91_200]) - 0.2) < 0.02)
            let own = Sound.samples(ofWAV: [UInt8](try Data(contentsOf: url.appendingPathComponent("p\(index).wav"))))
            #expect(abs(Sound.amplitude(frequency, in: own[9_600..<91_200]) - 0.2) < 0.02)
            #expect(Sound.amplitude(frequencies[(index + 1) % 3], in: own[9_600..<91_200]) < 0.01)
        }
    }

    @Test func deadPipeEndsAloneWithTheReason() throws {
        signal(SIGPIPE, SIG_IGN)
        let bench = Bench(), file = try Sound.file(), packets = Self.packets(440, frames: 50)
        let writer = try Self.brokenPipe()
        bench.listener.add(SinkLane(id: 0, try AudioSink.open(SinkURI("pipe:1"), writer)))
        bench.listener.add(SinkLane(id: 1, try AudioSink.open(SinkURI("file:x"), file.duplicate())))
        bench.listener.start()
        let participant = try bench.participant(0)
        for number in 0..<50 {
            bench.run(until: Self.start + .milliseconds(20 * number + 1))
            Self.deliver(packets, number, to: participant)
        }
        bench.run(until: Self.start + .milliseconds(1_015))
        #expect(
            bench.events == [
                .mediaStarted(participant: 0), .sinkFailed(sink: 0, reason: "the reader of the pipe is gone"),
            ])
        #expect(try Sound.bytes(of: file).count == 44 + 50 * 1_920)
    }

    @Test func nonsenseIsCountedAndChangesNothing() throws {
        var random = SplitMix(seed: 8)
        let bench = Bench(), packets = Self.packets(440, frames: 100), participant = try bench.participant(0)
        bench.listener.start()
        for number in 0..<100 {
            bench.run(until: Self.start + .milliseconds(20 * number + 1))
            Self.deliver(packets, number, to: participant)
            let nonsense: [UInt8] = number % 2 == 0 ? [] : [UInt8](repeating: 0xFF, count: 3_000)
            participant.receive(
                ssrc: 1, sequence: SequenceNumber(rawValue: UInt16.random(in: 0...40_000, using: &random)),
                timestamp: 0,
                payload: nonsense.rawSpan, at: Self.start + .milliseconds(20 * number + 1))
        }
        bench.run(until: Self.start + .milliseconds(2_015))
        let reception = participant.reception
        #expect(reception.decoded == 100 && reception.concealed == .zero)
        #expect(reception.discarded == 100 && reception.received == 200)
    }

    @Test func anotherSourceOfTheParticipantIsHeardToo() throws {
        let bench = Bench(), participant = try bench.participant(0)
        bench.listener.start()
        let first = Self.packets(440, frames: 50), second = Self.packets(880, frames: 100)
        for number in 0..<100 {
            bench.run(until: Self.start + .milliseconds(20 * number + 1))
            Self.deliver(number < 50 ? first : second, number, to: participant, ssrc: number < 50 ? 1 : 2)
        }
        bench.run(until: Self.start + .milliseconds(2_015))
        #expect(participant.reception.decoded >= 96)
        #expect(participant.reception.concealed <= .milliseconds(40))
    }

    private static func brokenPipe() throws -> Descriptor {
        let pipe = try Sound.pipe()
        return try pipe.writer.duplicate()
    }
}
