import Foundation
import MediaURIs
import Platform
import Testing

@testable import MediaFiles

/// Sound that comes through a pipe.
@Suite struct WAVStreamTests {
    @Test func nothingIsReadBeforeItIsAsked() throws {
        let pipe = try Sample.pipe()
        Sample.write(Array("no wav at all".utf8), to: pipe.writer)
        let source = try AudioSource.open(SourceURI("pipe:0"), pipe.reader.duplicate())
        #expect(source.isLive && source.rate == nil)
        #expect(Sample.reason(of: source) == "it is not WAV: it does not begin with RIFF and WAVE")
    }

    @Test func anEmptyPipeIsNotWaitedFor() throws {
        let pipe = try Sample.pipe()
        let source = try AudioSource.open(SourceURI("pipe:0"), pipe.reader.duplicate())
        #expect(try Sample.samples(of: source).isEmpty)
    }

    @Test func streamMayComeByteByByte() throws {
        let bytes = Sample.wav(Sample.pcm16([16_384, -16_384]), extra: Sample.chunk("LIST", [1, 2, 3]))
        let pipe = try Sample.pipe()
        let source = try AudioSource.open(SourceURI("pipe:0"), pipe.reader.duplicate())
        var samples: [Float] = []
        for byte in bytes {
            Sample.write([byte], to: pipe.writer)
            samples += try Sample.samples(of: source)
        }
        #expect(samples == [0.5, -0.5])
        #expect(source.rate == 48_000)
    }

    @Test func endOfThePipeIsTheEnd() throws {
        let pipe = try Sample.pipe()
        let source = try AudioSource.open(SourceURI("pipe:0"), pipe.reader.duplicate())
        Sample.write(
            Sample.riff(Sample.chunk("fmt ", Sample.format()) + Sample.chunk("data", [0, 0x40], length: 0xFFFF_FFFF)),
            to: pipe.writer)
        try Sample.closeAndForget(pipe.writer)
        var one = [Float](repeating: 0, count: 8)
        var span = one.mutableSpan
        let first = source.read(into: &span, atMost: span.count)
        let second = source.read(into: &span, atMost: span.count)
        #expect(first == .samples(1))
        #expect(second == .ended)
    }

    @Test func pipeThatEndsInItsHeaderSaysSo() throws {
        let pipe = try Sample.pipe()
        let source = try AudioSource.open(SourceURI("pipe:0"), pipe.reader.duplicate())
        Sample.write(Array(Sample.wav([]).prefix(30)), to: pipe.writer)
        try Sample.closeAndForget(pipe.writer)
        #expect(Sample.reason(of: source) == "it ends before its format is told")
    }

    @Test func pipeMayWaitBehindItsHeaderButNotEndThere() throws {
        let pipe = try Sample.pipe()
        let source = try AudioSource.open(SourceURI("pipe:0"), pipe.reader.duplicate())
        Sample.write(
            Sample.riff(Sample.chunk("fmt ", Sample.format()) + Sample.chunk("data", [], length: 0xFFFF_FFFF)),
            to: pipe.writer)
        #expect(try Sample.samples(of: source).isEmpty && source.rate == 48_000)
        try Sample.closeAndForget(pipe.writer)
        #expect(Sample.reason(of: source) == "it has no samples")
    }

    @Test func onlyAFileIsRepeated() throws {
        let pipe = try Sample.pipe()
        #expect(throws: MediaFileError.self) {
            try AudioSource.open(SourceURI("file:fifo?loop=1"), pipe.reader.duplicate())
        }
    }

    @Test func testSignalsAreTheSameEachTime() throws {
        for name in ["test:tone", "test:speech"] {
            let first = try Sample.samples(of: AudioSource.open(SourceURI(name), nil), limit: 96_000)
            let second = try Sample.samples(of: AudioSource.open(SourceURI(name), nil), limit: 96_000)
            #expect(first == second)
            let power = first.reduce(0) { $0 + $1 * $1 } / Float(first.count)
            #expect(power > 1e-3 && power < 0.1, "\(name): \(power)")
            #expect(first.allSatisfy { abs($0) <= 0.9 })
        }
    }

    @Test func speechLikeSignalHasPauses() throws {
        let samples = try Sample.samples(of: AudioSource.open(SourceURI("test:speech"), nil), limit: 48_000 * 6)
        let loud = stride(from: 0, to: samples.count - 960, by: 960).map { begin in
            samples[begin..<begin + 960].reduce(0) { $0 + $1 * $1 } / 960
        }
        let pauses = loud.filter { $0 < 1e-6 }.count
        #expect(pauses > loud.count / 20 && pauses < loud.count / 2, "\(pauses) of \(loud.count)")
    }
}

extension Sample {
    static func reason(of source: AudioSource) -> String? {
        do {
            _ = try samples(of: source)
            return nil
        } catch let error as MediaFileError { return error.reason } catch { return "\(error)" }
    }

    /// Closes the other end now; its owner closes the number again later, so the number is kept by another file.
    static func closeAndForget(_ descriptor: borrowing Descriptor) throws {
        let null = unsafe Glibc.open("/dev/null", O_RDWR)
        guard dup2(null, descriptor.rawValue) == descriptor.rawValue else { throw POSIXError(.EIO) }
        close(null)
    }
}
