import Basics
import RTP
import TestSupport
import Testing

@testable import CodecDriver

@Suite struct OpusTests {
    /// The packets of `samples`, frame by frame.
    static func encode(_ samples: [Float], with encoder: borrowing OpusEncoder) -> [[UInt8]] {
        stride(from: 0, to: samples.count - 959, by: 960).map { begin in
            var packet = [UInt8](repeating: 0xAA, count: 1_280)
            var span = packet.mutableRawSpan
            let frame = Array(samples[begin..<begin + 960])
            let count = encoder.encode(frame.span, into: &span)
            return Array(packet.prefix(count))
        }
    }

    static func decode(_ packet: [UInt8], with decoder: borrowing OpusDecoder) -> [Float]? {
        var samples = [Float](repeating: 0, count: OpusDecoder.maximumSampleCount)
        var span = samples.mutableSpan
        return decoder.decode(packet.rawSpan, into: &span).map { Array(samples.prefix($0)) }
    }

    @Test func everyPacketHasTheSameSizeWhateverIsSaid() throws {
        var random = SplitMix(seed: 1)
        let noise = (0..<48_000).map { _ in Float.random(in: -1...1, using: &random) }
        let sounds = [
            [Float](repeating: 0, count: 48_000), noise, try Sound.speech(count: 96_000),
            Sound.tone(440, count: 48_000),
        ]
        for kilobits in [8, 16, 24, 32, 64, 128] {
            let encoder = OpusEncoder(bitrate: .kilobits(kilobits))
            for sound in sounds {
                let sizes = Set(Self.encode(sound, with: encoder).map(\.count))
                #expect(sizes == [kilobits * 1_000 / 8 / 50])
            }
        }
    }

    @Test func packetsAreFramesOf20Milliseconds() throws {
        let encoder = OpusEncoder(bitrate: .kilobits(32))
        for packet in Self.encode(try Sound.speech(count: 96_000), with: encoder) {
            let count = OpusPayload.sampleCount(of: packet.rawSpan)
            #expect(count == 960)
        }
    }

    @Test func soundComesThroughAndLagsByTheLookahead() {
        let encoder = OpusEncoder(bitrate: .kilobits(32)), decoder = OpusDecoder()
        let tone = Sound.tone(440, count: 48_000)
        let heard = Self.encode(tone, with: encoder).flatMap { Self.decode($0, with: decoder) ?? [] }
        #expect(heard.count == 48_000)
        #expect(encoder.lookahead == 312)
        let error = zip(tone[9_600..<40_000], heard[9_912..<40_312]).map { $0 - $1 }
        #expect(Sound.power(error) < Sound.power(tone) / 20)
    }

    @Test(arguments: [(0, false), (5, true), (30, true)]) func copiesAreSentWhenLossIsExpected(percent: Int, sent: Bool)
        throws
    {
        let encoder = OpusEncoder(bitrate: .kilobits(32))
        encoder.setExpectedLoss(percent: percent)
        let packets = Self.encode(try Sound.speech(count: 96_000), with: encoder)
        let copies = packets.filter { OpusPayload.carriesPreviousFrame($0.rawSpan) }.count
        #expect(sent ? copies > packets.count / 2 : copies == 0, "\(copies) of \(packets.count)")
    }

    @Test func lostFrameIsMendedFromTheCopy() throws {
        let encoder = OpusEncoder(bitrate: .kilobits(32)), decoder = OpusDecoder(), guesser = OpusDecoder()
        encoder.setExpectedLoss(percent: 20)
        let speech = try Sound.speech(count: 48_000)
        let packets = Self.encode(speech, with: encoder)
        var mended = 0.0, guessed = 0.0
        for (index, packet) in packets.enumerated() {
            guard index % 4 == 2, index + 1 < packets.count else {
                _ = Self.decode(packet, with: decoder)
                _ = Self.decode(packet, with: guesser)
                continue
            }
            var samples = [Float](repeating: 0, count: 960)
            var span = samples.mutableSpan
            let next = packets[index + 1]
            let count = decoder.recover(from: next.rawSpan, into: &span, sampleCount: 960)
            #expect(count == 960)
            mended += Self.error(samples, speech, at: index * 960 - 312)
            var guess = [Float](repeating: 0, count: 960)
            var guessSpan = guess.mutableSpan
            let guessCount = guesser.conceal(into: &guessSpan, sampleCount: 960)
            #expect(guessCount == 960)
            guessed += Self.error(guess, speech, at: index * 960 - 312)
        }
        #expect(mended < guessed / 2, "\(mended) against \(guessed)")
    }

    @Test func malformedPacketsAreRefused() {
        let decoder = OpusDecoder()
        for packet: [UInt8] in [[], [0xFF], [0xFF, 0x3F, 1, 2], [3]] {
            let count = Self.decode(packet, with: decoder)?.count
            #expect(count == nil)
        }
    }

    @Test func arbitraryBytesNeverStopTheDecoder() {
        var random = SplitMix(seed: 3)
        let decoder = OpusDecoder()
        for _ in 0..<3_000 {
            let packet = (0..<Int.random(in: 1...200, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let count = Self.decode(packet, with: decoder)?.count
            let expected = OpusPayload.sampleCount(of: packet.rawSpan)
            if let count { #expect(count == expected) }
        }
    }

    @Test func resetLeavesNothingOfWhatWasSaid() {
        let encoder = OpusEncoder(bitrate: .kilobits(32))
        _ = Self.encode(Sound.tone(440, count: 9_600), with: encoder)
        encoder.reset()
        let decoder = OpusDecoder()
        let heard = Self.encode([Float](repeating: 0, count: 4_800), with: encoder).flatMap {
            Self.decode($0, with: decoder) ?? []
        }
        #expect(Sound.power(heard) < 1e-9)
    }

    private static func error(_ heard: [Float], _ said: [Float], at start: Int) -> Double {
        Sound.power(zip(heard, said[start..<start + 960]).map { $0 - $1 })
    }
}
