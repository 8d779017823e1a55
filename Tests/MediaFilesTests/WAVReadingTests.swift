import Foundation
import MediaURIs
import Platform
import TestSupport
import Testing

@testable import MediaFiles

@Suite struct WAVReadingTests {
    static let odd: [(String, [UInt8])] = [
        ("it is empty", [UInt8]()),
        ("it is not WAV: it does not begin with RIFF and WAVE", Array("ID3 some music..".utf8)),
        ("it is not WAV: it does not begin with RIFF and WAVE", Array("RI".utf8)),
        ("it is Y4M video, and this version carries sound only", Array("YUV4MPEG2 W320 H180 F30:1".utf8)),
        ("it is IVF video, and this version carries sound only", Array("DKIF".utf8) + [UInt8](repeating: 0, count: 28)),
        ("it is WebM, and this version plays WAV only", [0x1A, 0x45, 0xDF, 0xA3] + [UInt8](repeating: 0, count: 28)),
        ("it ends before its format is told", Sample.riff([])),
        ("it ends before its samples begin", Sample.riff(Sample.chunk("fmt ", Sample.format()))),
        ("its samples begin before its format is told", Sample.riff(Sample.chunk("data", [1, 2]))),
        ("there is no channel", Sample.wav([], format: Sample.format(channels: 0))),
        (
            "format 7 with 8 bits; allowed: 8, 16, 24, 32 bits of integer, 32 or 64 of float",
            Sample.wav([], format: Sample.format(tag: 7, bits: 8))
        ),
        ("a sampling rate of 0 Hz; allowed: 1,000 to 768,000", Sample.wav([], format: Sample.format(rate: 0))),
        ("1 channels of 16 bits cannot be 3 bytes", Sample.wav([], format: Sample.format(block: 3))),
        ("the format chunk has only 4 bytes", Sample.riff(Sample.chunk("fmt ", [1, 0, 1, 0]))),
        (
            "it tells its format twice",
            Sample.riff(Sample.chunk("fmt ", Sample.format()) + Sample.chunk("fmt ", Sample.format()))
        ),
    ]

    @Test func samplesOf16BitsAreRead() throws {
        let source = try Sample.open(Sample.wav(Sample.pcm16([0, 16_384, -32_768, 32_767])))
        #expect(source.rate == 48_000 && !source.isLive)
        #expect(try Sample.samples(of: source) == [0, 0.5, -1, 32_767.0 / 32_768])
    }

    @Test func allWidthsMeanTheSame() throws {
        let half: [(tag: Int, bits: Int, bytes: [UInt8])] = [
            (1, 8, [192]), (1, 16, [0, 0x40]), (1, 24, [0, 0, 0x40]), (1, 32, [0, 0, 0, 0x40]), (1, 12, [0, 0x40]),
            (3, 32, [0, 0, 0, 0x3F]), (3, 64, [0, 0, 0, 0, 0, 0, 0xE0, 0x3F]),
        ]
        for (tag, bits, bytes) in half {
            let source = try Sample.open(Sample.wav(bytes, format: Sample.format(tag: tag, bits: bits)))
            #expect(try Sample.samples(of: source) == [0.5], "\(bits) bits")
        }
    }

    @Test func floatsBeyondOneAreBroughtInside() throws {
        let values: [Float] = [2, -3, .infinity, -.infinity, .nan, 0.25]
        let bytes = values.flatMap { Sample.little(Int($0.bitPattern), 4) }
        let source = try Sample.open(Sample.wav(bytes, format: Sample.format(tag: 3, bits: 32)))
        #expect(try Sample.samples(of: source) == [1, -1, 1, -1, 0, 0.25])
    }

    @Test func channelsAreMixedToOne() throws {
        let stereo = Sample.pcm16([16_384, 0, -16_384, -16_384])
        let source = try Sample.open(Sample.wav(stereo, format: Sample.format(channels: 2, rate: 44_100)))
        #expect(try Sample.samples(of: source) == [0.25, -0.5])
        let many = try Sample.open(
            Sample.wav([UInt8](repeating: 192, count: 65_535), format: Sample.format(channels: 65_535, bits: 8)))
        #expect(try Sample.samples(of: many) == [0.5])
    }

    @Test func extensibleFormatIsRead() throws {
        let format =
            Sample.format(tag: 0xFFFE, channels: 2, bits: 16) + Sample.little(22, 2) + Sample.little(16, 2)
            + Sample.little(3, 4) + Sample.little(1, 2) + [UInt8](repeating: 0x10, count: 14)
        let source = try Sample.open(Sample.wav(Sample.pcm16([100, 300]), format: format))
        #expect(try Sample.samples(of: source) == [200.0 / 32_768])
    }

    @Test func otherChunksArePassedOver() throws {
        let extra = Sample.chunk("LIST", [1, 2, 3]) + Sample.chunk("fact", [0, 0, 0, 0])
        let source = try Sample.open(
            Sample.wav(Sample.pcm16([16_384]), extra: extra) + Sample.chunk("LIST", [9, 9, 9, 9]))
        #expect(try Sample.samples(of: source) == [0.5])
    }

    @Test func endlessLengthsGoToTheEnd() throws {
        let data = Sample.pcm16([16_384, 16_384])
        for (riff, length) in [
            (0xFFFF_FFFF, 0xFFFF_FFFF), (0xFFFF_FFFF, 0), (0, 0), (100, 0xFFFF_FFFF), (36, 0x7FFF_F000),
        ] {
            let bytes = Sample.riff(
                Sample.chunk("fmt ", Sample.format()) + Sample.chunk("data", data, length: length), length: riff)
            #expect(try Sample.samples(of: Sample.open(bytes)) == [0.5, 0.5])
        }
    }

    @Test func halfASampleAtTheEndIsLeftOut() throws {
        let source = try Sample.open(Sample.wav(Sample.pcm16([16_384]) + [7]))
        #expect(try Sample.samples(of: source) == [0.5])
    }

    @Test func fileIsRepeatedWhenAskedTo() throws {
        let source = try Sample.open(Sample.wav(Sample.pcm16([1_000, 2_000, 3_000])), "file:x.wav?loop=1")
        let samples = try Sample.samples(of: source, limit: 10)
        #expect(samples.prefix(7).map { Int($0 * 32_768) } == [1_000, 2_000, 3_000, 1_000, 2_000, 3_000, 1_000])
    }

    /// The data chunk is empty, holds less than a sample, or the file ends where it begins, whatever length it tells.
    @Test func fileWithoutSamplesIsRefusedWhenOpening() throws {
        let cut = [(36, 0), (0, 0), (0xFFFF_FFFF, 0xFFFF_FFFF), (1_036, 1_000)].map { riff, data in
            Sample.riff(
                Sample.chunk("fmt ", Sample.format()) + Sample.chunk("data", [], length: data), length: riff)
        }
        let stereo = Sample.wav([1, 2, 3], format: Sample.format(channels: 2))
        for bytes in cut + [Sample.wav([7]), stereo] {
            for uri in ["file:x", "file:x?loop=1"] {
                let error = #expect(throws: MediaFileError.self) { try Sample.open(bytes, uri) }
                #expect(error?.fault == .data && error?.reason == "it has no samples")
            }
        }
    }

    @Test(arguments: odd)
    func oddFilesAreRefusedWithTheReason(reason: String, bytes: [UInt8]) {
        #expect(Sample.reason(bytes) == reason)
    }

    @Test func refusalIsMadeWhenOpening() {
        #expect(throws: MediaFileError.self) { try Sample.open(Array("not a wav file".utf8)) }
        #expect(throws: MediaFileError.self) {
            try AudioSource.open(SourceURI("file:x"), Sample.folder().descriptor.duplicate())
        }
    }

    @Test func everyPrefixIsReadOrRefused() throws {
        let bytes = Sample.wav(Sample.pcm16(Array(0..<50)), extra: Sample.chunk("LIST", [1, 2, 3]))
        for count in 0..<bytes.count { _ = Sample.reason(Array(bytes.prefix(count))) }
    }

    @Test func everyHeaderByteChangedIsReadOrRefused() throws {
        let bytes = Sample.wav(
            Sample.pcm16(Array(0..<50)), format: Sample.format(tag: 0xFFFE) + [UInt8](repeating: 0, count: 24))
        for index in 0..<(bytes.count - 100) {
            for value: UInt8 in [0, 1, 2, 3, 0x7F, 0x80, 0xFE, 0xFF] {
                var changed = bytes
                changed[index] = value
                _ = Sample.reason(changed)
            }
        }
    }

    @Test(.enabled(if: Vectors.media != nil, "PARLEY_MEDIA is not set"))
    func realSpeechIsRead() throws {
        let folder = try #require(Vectors.media)
        for (name, rate, seconds) in [("CA01_01.wav", 48_000, 2.74), ("plcmos-clean.wav", 16_000, 10)] {
            let source = try Sample.open([UInt8](Data(contentsOf: folder.appendingPathComponent(name))))
            let samples = try Sample.samples(of: source, limit: 10_000_000)
            #expect(source.rate == rate)
            #expect(abs(Double(samples.count) / Double(rate) - seconds) < 0.01)
            #expect(samples.max() ?? 0 > 0.05)
        }
    }
}
