import Basics
import Foundation
import MediaFiles
import MediaURIs
import Platform
import Testing

@testable import CodecDriver

/// The sending half in virtual time.
@Suite struct TransmitterTests {
    /// A transmitter, its ring, and what came out.
    final class Bench {
        let ring = FrameRing<OutgoingFrame>(
            capacity: 16, filler: OutgoingFrame(mediaTime: 0, marker: false, due: .zero))
        let gauges = TransmissionGauges()
        var transmitter: Transmitter
        var events: [AudioEvent] = []
        var frames: [(header: OutgoingFrame, sent: Instant)] = []
        var heard: [Float] = []
        private let decoder = OpusDecoder()

        init() {
            let ring = ring, gauges = gauges, box = Box()
            transmitter = Transmitter(bitrate: .kilobits(32), ring: ring, gauges: gauges) { box.events.append($0) }
            self.box = box
        }

        private let box: Box
        private final class Box { var events: [AudioEvent] = [] }

        /// Runs at `now` and takes what was sent.
        @discardableResult
        func run(at now: Instant) -> Instant? {
            let next = transmitter.run(at: now)
            while ring.pop({ header, payload in
                frames.append((header, now))
                heard += OpusTests.decode([UInt8](payload), with: decoder) ?? []
            }) {}
            events = box.events
            return next
        }

        /// Runs whenever it asks to, until `end`.
        func run(from begin: Instant, until end: Instant) {
            var now = begin
            while now <= end {
                guard let next = run(at: now), next > now else { return }
                now = next
            }
        }
    }

    static let start = Instant.zero + .seconds(5)

    @Test func nothingIsSentBeforeTheStart() throws {
        let bench = Bench()
        bench.transmitter.add(SourceLane(id: 0, try Sound.source(Sound.tone(440, count: 9_600))))
        #expect(bench.run(at: Self.start) == nil)
        #expect(bench.frames.isEmpty && bench.events.isEmpty)
    }

    @Test func fileIsSentFrameByFrameAtTheirDueTimes() throws {
        let bench = Bench()
        bench.transmitter.add(SourceLane(id: 0, try Sound.source(Sound.tone(440, count: 48_000))))
        bench.transmitter.start(at: Self.start)
        bench.run(from: Self.start, until: Self.start + .seconds(3))
        #expect(bench.frames.count == 51, "fifty frames, and one for what the encoder looked ahead at")
        for (index, frame) in bench.frames.enumerated() {
            #expect(frame.header.mediaTime == UInt32(index * 960))
            #expect(frame.header.due == Self.start + .milliseconds(20 * index))
            #expect(frame.sent == frame.header.due)
            #expect(frame.header.marker == (index == 0))
        }
        #expect(bench.events == [.sendingStarted, .sourceEnded(source: 0, error: nil), .sendingStopped])
        #expect(abs(Sound.amplitude(440, in: bench.heard[4_800..<43_200]) - 0.3) < 0.01)
    }

    @Test(arguments: [8_000, 44_100, 96_000]) func otherRatesLastAsLong(rate: Int) throws {
        let bench = Bench()
        let tone = Sound.tone(440, count: rate, rate: Double(rate))
        bench.transmitter.add(SourceLane(id: 0, try Sound.source(tone, rate: rate)))
        bench.transmitter.start(at: Self.start)
        bench.run(from: Self.start, until: Self.start + .seconds(3))
        #expect((51...52).contains(bench.frames.count))
        #expect(abs(Sound.amplitude(440, in: bench.heard[4_800..<43_200]) - 0.3) < 0.01)
    }

    @Test func sourcesAreMixed() throws {
        let bench = Bench()
        for (id, frequency) in [440.0, 1_000].enumerated() {
            let tone = Sound.tone(frequency, count: 48_000, amplitude: 0.2)
            bench.transmitter.add(SourceLane(id: id, try Sound.source(tone)))
        }
        bench.transmitter.start(at: Self.start)
        bench.run(from: Self.start, until: Self.start + .seconds(2))
        for frequency in [440.0, 1_000] {
            #expect(abs(Sound.amplitude(frequency, in: bench.heard[4_800..<43_200]) - 0.2) < 0.03)
        }
    }

    @Test func mutedSourceIsSilentAtOnceAndGoesOnUnheard() throws {
        let bench = Bench()
        bench.transmitter.add(SourceLane(id: 0, try Sound.source(Sound.tone(440, count: 96_000))))
        bench.transmitter.start(at: Self.start)
        bench.run(from: Self.start, until: Self.start + .milliseconds(480))
        let spoken = bench.heard.count
        bench.transmitter.setMuted(true)
        bench.run(from: Self.start + .milliseconds(500), until: Self.start + .milliseconds(980))
        // The listener's decoder lets the tone ring out; of the tone itself nothing was sent.
        #expect(Sound.power(bench.heard[(spoken + 960)...]) < 1e-6)
        bench.transmitter.setMuted(false)
        bench.run(from: Self.start + .seconds(1), until: Self.start + .milliseconds(1_480))
        #expect(abs(Sound.amplitude(440, in: bench.heard.suffix(9_600)) - 0.3) < 0.03)
        #expect(bench.frames.count == 75, "frames never stop: silence looks like speech")
    }

    @Test func stoppedThreadGoesOnFromNow() throws {
        let bench = Bench()
        bench.transmitter.add(SourceLane(id: 0, try Sound.source(Sound.tone(440, count: 96_000))))
        bench.transmitter.start(at: Self.start)
        bench.run(from: Self.start, until: Self.start + .milliseconds(80))
        bench.run(from: Self.start + .milliseconds(3_000), until: Self.start + .milliseconds(3_100))
        #expect(bench.frames.count <= 12, "what was missed is not sent in one burst")
        let last = try #require(bench.frames.last)
        #expect(last.header.mediaTime == 148_800 || last.header.mediaTime == 147_840)
        #expect(last.sent - last.header.due < .milliseconds(25))
        #expect(bench.frames.filter(\.header.marker).count == 2)
    }

    @Test func frameOfAPipeIsSentWhenItIsWhole() throws {
        let bench = Bench(), pipe = try Sound.pipe()
        let source = try AudioSource.open(SourceURI("pipe:0"), pipe.reader.duplicate())
        let bytes = Sound.wav(Sound.tone(440, count: 4_800))
        bench.transmitter.add(SourceLane(id: 0, source))
        bench.transmitter.start(at: Self.start)
        #expect(bench.run(at: Self.start) == nil)
        var awaited = 0
        bench.transmitter.forEachAwaitedDescriptor { _ in awaited += 1 }
        #expect(awaited == 1)
        try pipe.writer.writeAll(Array(bytes[..<1_000]).rawSpan)
        bench.run(at: Self.start + .milliseconds(10))
        #expect(bench.frames.isEmpty)
        try pipe.writer.writeAll(Array(bytes[1_000..<(44 + 1_920)]).rawSpan)
        bench.run(at: Self.start + .milliseconds(17))
        #expect(bench.frames.count == 1)
        #expect(bench.frames[0].header.mediaTime == 816, "time has passed since the start")
        // The second frame is late by 5 ms: it is waited for, and sets the pace.
        #expect(bench.run(at: Self.start + .milliseconds(37)) == Self.start + .milliseconds(77))
        #expect(bench.frames.count == 1)
        try pipe.writer.writeAll(Array(bytes[(44 + 1_920)..<(44 + 3_840)]).rawSpan)
        #expect(bench.run(at: Self.start + .milliseconds(42)) == Self.start + .milliseconds(61))
        #expect(bench.frames.count == 2)
        #expect(bench.frames[1].header.mediaTime == 816 + 960)
    }

    @Test func starvingPipeGivesSilenceUntilItHasAWholeFrame() throws {
        let bench = Bench(), pipe = try Sound.pipe()
        let source = try AudioSource.open(SourceURI("pipe:0"), pipe.reader.duplicate())
        bench.transmitter.add(SourceLane(id: 0, source))
        bench.transmitter.start(at: Self.start)
        try pipe.writer.writeAll(Array(Sound.wav(Sound.tone(440, count: 96_000)).prefix(44 + 2_000)).rawSpan)
        bench.run(from: Self.start, until: Self.start + .milliseconds(500))
        #expect(bench.frames.count > 20, "frames go on")
        #expect(bench.events == [.sendingStarted])
        #expect(Sound.power(bench.heard.suffix(4_800)) < 1e-4)
    }

    @Test func fastPipeIsReadAtThePaceOfItsFrames() throws {
        let bench = Bench(), pipe = try Sound.pipe()
        let source = try AudioSource.open(SourceURI("pipe:0"), pipe.reader.duplicate())
        bench.transmitter.add(SourceLane(id: 0, source))
        bench.transmitter.start(at: Self.start)
        try pipe.writer.writeAll(Sound.wav(Sound.tone(440, count: 24_000)).rawSpan)
        bench.run(from: Self.start, until: Self.start + .milliseconds(470))
        #expect(bench.frames.count == 24)
        for (index, frame) in bench.frames.enumerated() {
            #expect(frame.sent == Self.start + .milliseconds(20 * index))
        }
    }

    @Test func pipeThatIsNoWavEndsWithTheReason() throws {
        let bench = Bench(), pipe = try Sound.pipe()
        bench.transmitter.add(SourceLane(id: 3, try AudioSource.open(SourceURI("pipe:0"), pipe.reader.duplicate())))
        bench.transmitter.start(at: Self.start)
        try pipe.writer.writeAll(Array("garbage, garbage".utf8).rawSpan)
        bench.run(at: Self.start)
        bench.run(at: Self.start)
        #expect(bench.frames.isEmpty)
        let error = try #require(
            bench.events.lazy.compactMap { if case .sourceEnded(3, let error) = $0 { error } else { nil } }.first)
        #expect(error.fault == .data && error.reason == "it is not WAV: it does not begin with RIFF and WAVE")
        #expect(bench.events.count == 1)
    }
}
