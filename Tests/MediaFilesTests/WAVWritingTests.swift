import Foundation
import MediaURIs
import Platform
import Testing

@testable import MediaFiles

@Suite struct WAVWritingTests {
    static func write(_ samples: [Int16], to sink: AudioSink) -> AudioSink.Outcome { sink.write(samples.span) }

    static func sink(_ descriptor: consuming Descriptor, _ uri: String = "file:x.wav") throws -> AudioSink {
        try AudioSink.open(SinkURI(uri), descriptor)
    }

    @Test func fileIsPlayableAfterEachWrite() throws {
        let file = try Sample.file(Array("what was there before, and was longer than a header is".utf8))
        let sink = try Self.sink(file.duplicate())
        #expect(Sample.bytes(of: file).isEmpty, "nothing is written before the first samples")
        for count in 1...5 {
            #expect(Self.write([Int16](repeating: 0x4000, count: 960), to: sink) == .written)
            let bytes = Sample.bytes(of: file)
            #expect(bytes.count == 44 + 1_920 * count)
            #expect(Array(bytes[4..<8]) == Sample.little(36 + 1_920 * count, 4))
            #expect(try Sample.samples(of: Sample.open(bytes)) == [Float](repeating: 0.5, count: 960 * count))
        }
    }

    @Test func soundlessFileIsStillAFile() throws {
        let file = try Sample.file([])
        #expect(try Self.sink(file.duplicate()).finish() == .written)
        #expect(Sample.bytes(of: file) == WAVHeader.bytes(dataByteCount: 0))
    }

    @Test func streamHasOneWriteAFrameAndNoLength() throws {
        let pipe = try Sample.pipe()
        let sink = try Self.sink(pipe.writer.duplicate(), "pipe:1")
        #expect(Self.write([1, 2], to: sink) == .written)
        #expect(Sample.readOnce(pipe.reader) == WAVHeader.bytes(dataByteCount: nil) + [1, 0, 2, 0])
        #expect(Self.write([3], to: sink) == .written)
        #expect(Sample.readOnce(pipe.reader) == [3, 0])
    }

    @Test func slowReaderLosesWholeFramesAndNobodyWaits() throws {
        let pipe = try Sample.pipe()
        let sink = try Self.sink(pipe.writer.duplicate(), "pipe:1")
        var outcomes: [AudioSink.Outcome] = []
        for number in 0..<200 { outcomes.append(Self.write([Int16](repeating: Int16(number), count: 960), to: sink)) }
        #expect(outcomes.first == .written && outcomes.last == .full)
        var bytes: [UInt8] = []
        for number in 200..<400 {
            bytes += Sample.readOnce(pipe.reader)
            _ = Self.write([Int16](repeating: Int16(number), count: 960), to: sink)
        }
        let samples = try Sample.samples(of: Sample.open(bytes), limit: 1_000_000).map { Int($0 * 32_768) }
        for begin in stride(from: 0, to: samples.count - 959, by: 960) {
            #expect(Set(samples[begin..<begin + 960]).count == 1, "a frame comes whole or not at all")
        }
    }

    @Test func deadPipeEndsTheSinkWithTheReason() throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = try Sample.pipe()
        let sink = try Self.sink(pipe.writer.duplicate(), "pipe:1")
        try Sample.closeAndForget(pipe.reader)
        guard case .failed(let error) = Self.write([1], to: sink) else {
            Issue.record("the write should fail")
            return
        }
        #expect(error.reason == "the reader of the pipe is gone")
    }

    @Test func fullDiskEndsTheSinkWithTheReason() throws {
        let sink = try Self.sink(Descriptor.open("/dev/full", O_WRONLY), "pipe:1")
        guard case .failed(let error) = Self.write([1], to: sink) else {
            Issue.record("the write should fail")
            return
        }
        #expect(error.reason == "write: No space left on device")
    }

    @Test func folderHasOneFileForEachParticipant() throws {
        let folder = try Sample.folder()
        let url = folder.url
        let sink = try Self.sink(folder.descriptor.duplicate(), "dir:people")
        #expect(sink.isPerParticipant)
        let first = try sink.participantSink(named: "ab12"), again = try sink.participantSink(named: "ab12")
        #expect(Self.write([1], to: first) == .written)
        #expect(Self.write([1, 2], to: again) == .written)
        #expect(try Data(contentsOf: url.appendingPathComponent("ab12.wav")).count == 46)
        #expect(try Data(contentsOf: url.appendingPathComponent("ab12-2.wav")).count == 48)
    }

    @Test func linksInTheFolderAreNotFollowed() throws {
        let folder = try Sample.folder()
        let url = folder.url
        let victim = url.appendingPathComponent("victim")
        try FileManager.default.createSymbolicLink(
            atPath: url.appendingPathComponent("ab.wav").path, withDestinationPath: victim.path)
        let sink = try Self.sink(folder.descriptor.duplicate(), "dir:people").participantSink(named: "ab")
        #expect(Self.write([1], to: sink) == .written)
        #expect(!FileManager.default.fileExists(atPath: victim.path))
    }

    @Test func notAFolderIsRefused() throws {
        let file = try Sample.file([])
        #expect(throws: MediaFileError.self) { try Self.sink(file.duplicate(), "dir:people") }
        #expect(throws: MediaFileError.self) { try Self.sink(Sample.folder().descriptor.duplicate()) }
    }

    @Test func filesBeyondFourGigabytesBecomeEndless() {
        let header = WAVHeader.bytes(dataByteCount: 5_000_000_000)
        #expect(Array(header[4..<8]) == [255, 255, 255, 255] && Array(header[40..<44]) == [255, 255, 255, 255])
        var updated = WAVHeader.bytes(dataByteCount: 0)
        WAVHeader.update(&updated, dataByteCount: 0xFFFF_FFF0)
        #expect(Array(updated[4..<8]) == [255, 255, 255, 255] && Array(updated[40..<44]) == [0xF0, 255, 255, 255])
    }
}

extension Sample {
    static func readOnce(_ descriptor: borrowing Descriptor) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor.rawValue, $0.baseAddress, $0.count) }
        return Array(bytes.prefix(max(0, count)))
    }
}
