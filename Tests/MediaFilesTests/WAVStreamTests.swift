import Foundation
import Testing

@testable import MediaFiles

/// Sound that comes through a pipe.
@Suite struct WAVStreamTests {
    @Test func nothingIsReadBeforeItIsAsked() throws {
        let (reader, writer) = try Sample.pipe()
        Sample.write(Array("no wav at all".utf8), to: writer)
        let source = try AudioSource.open(SourceURI("pipe:0"), reader)
        #expect(source.isLive && source.rate == nil)
        #expect(Sample.reason(of: source) == "it is not WAV: it does not begin with RIFF and WAVE")
    }

    @Test func anEmptyPipeIsNotWaitedFor() throws {
        let (reader, writer) = try Sample.pipe()
        let source = try AudioSource.open(SourceURI("pipe:0"), reader)
        #expect(try Sample.samples(of: source).isEmpty)
        withExtendedLifetime(writer) {}
    }

    @Test func streamMayComeByteByByte() throws {
        let bytes = Sample.wav(Sample.pcm16([16_384, -16_384]), extra: Sample.chunk("LIST", [1, 2, 3]))
        let (reader, writer) = try Sample.pipe()
        let source = try AudioSource.open(SourceURI("pipe:0"), reader)
        var samples: [Float] = []
        for byte in bytes {
            Sample.write([byte], to: writer)
            samples += try Sample.samples(of: source)
        }
        #expect(samples == [0.5, -0.5])
        #expect(source.rate == 48_000)
    }

    @Test func endOfThePipeIsTheEnd() throws {
        let (reader, writer) = try Sample.pipe()
        let source = try AudioSource.open(SourceURI("pipe:0"), reader)
        Sample.write(
            Sample.riff(Sample.chunk("fmt ", Sample.format()) + Sample.chunk("data", [0, 0x40], length: 0xFFFF_FFFF)),
            to: writer)
        try Sample.closeAndForget(writer)
        var one = [Float](repeating: 0, count: 8)
        var span = one.mutableSpan
        let first = source.read(into: &span)
        let second = source.read(into: &span)
        #expect(first == .samples(1))
        #expect(second == .ended)
    }

    @Test func pipeThatEndsInItsHeaderSaysSo() throws {
        let (reader, writer) = try Sample.pipe()
        let source = try AudioSource.open(SourceURI("pipe:0"), reader)
        Sample.write(Array(Sample.wav([]).prefix(30)), to: writer)
        try Sample.closeAndForget(writer)
        #expect(Sample.reason(of: source) == "it ends before its format is told")
    }

    @Test func onlyAFileIsRepeated() throws {
        let (reader, _) = try Sample.pipe()
        #expect(throws: MediaFileError.self) { try AudioSource.open(SourceURI("file:fifo?loop=1"), reader) }
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
    static func closeAndForget(_ descriptor: Descriptor) throws {
        let null = unsafe Glibc.open("/dev/null", O_RDWR)
        guard dup2(null, descriptor.number) == descriptor.number else { throw POSIXError(.EIO) }
        close(null)
    }
}
