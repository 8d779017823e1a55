import Basics
import Foundation
import Platform
import TestSupport
import Testing

@testable import MediaFiles

@Suite struct IVFTests {
    static let odd: [(String, [UInt8])] = [
        ("it is empty", []),
        ("it is not IVF: it does not begin with DKIF", Array("DKIF".utf8)),
        ("it is not IVF: it does not begin with DKIF", [UInt8](repeating: 65, count: 99)),
        ("IVF of version 1; allowed: 0", Picture.ivf([], version: 1)),
        ("a head of 31 bytes; allowed: 32 or more", Picture.ivf([], headByteCount: 31)),
        ("video of the codec VP90; allowed: VP80", Picture.ivf([], codec: "VP90")),
        ("video of the codec a?c?; allowed: VP80", Picture.ivf([], codec: "a\tc\0")),
        ("a tick of 1/0 s; allowed: more than 0", Picture.ivf([], rate: 0)),
        ("a tick of 0/30 s; allowed: more than 0", Picture.ivf([], scale: 0)),
        ("it has no key frame: nothing could be shown", Picture.ivf([])),
        ("it has no key frame: nothing could be shown", Picture.ivf([(0, Picture.interFrame()), (1, [])])),
        (
            "it has no key frame: nothing could be shown",
            Picture.ivf([(0, Picture.keyFrame())], headByteCount: 200).dropLast()
        ),
        (
            "frame 1 has 4194305 bytes; allowed: up to 4194304",
            Picture.ivf([]) + Sample.little(4_194_305, 4) + [UInt8](repeating: 0, count: 8)
        ),
        (
            "frame 2 has 4294967295 bytes; allowed: up to 4194304",
            Picture.ivf([(0, Picture.keyFrame())]) + [UInt8](repeating: 255, count: 12)
        ),
    ]

    static func frames(_ bytes: [UInt8], loop: Bool = false, limit: Int = 10_000) throws -> [EncodedFrame] {
        let reader = try Picture.ivfReader(bytes, loop: loop)
        return try Picture.frames(limit: limit) { reader.read(into: &$0) }
    }

    @Test func framesAreReadAsTheyAre() throws {
        let key = Picture.keyFrame(), inter = Picture.interFrame()
        for head in [32, 44, 4_096] {
            let frames = try Self.frames(
                Picture.ivf([(90, key), (91, inter), (94, inter)], rate: 25, headByteCount: head, count: 77))
            #expect(frames.map(\.bytes) == [key, inter, inter])
            #expect(frames.map(\.isKeyFrame) == [true, false, false])
            #expect(frames.map(\.time) == [.zero, .milliseconds(40), .milliseconds(160)])
        }
    }

    @Test func framesThatNobodyCouldShowAreLeftOut() throws {
        let key = Picture.keyFrame(), inter = Picture.interFrame()
        let frames = try Self.frames(
            Picture.ivf([(0, inter), (1, []), (1, Picture.keyFrame(0, 36)), (2, key), (3, []), (4, inter)]))
        #expect(frames.map(\.bytes) == [key, inter])
    }

    @Test func frameCutShortAtTheEndIsLeftOut() throws {
        let bytes = Picture.ivf([(0, Picture.keyFrame()), (1, Picture.interFrame())])
        for cut in 1...15 { #expect(try Self.frames(bytes.dropLast(cut)).count == 1) }
    }

    @Test func timesThatNobodyCouldKeepAreBroughtInside() throws {
        let key = Picture.keyFrame()
        let frames = try Self.frames(
            Picture.ivf([(1_000, key), (1_030, key), (-1, key), (0, key), (500, key), (30, key), (60, key)]))
        let seconds: [Double] = [0, 1, 11, 11, 21, 21, 22]
        #expect(frames.map { $0.time.inSeconds.rounded() } == seconds)
        let extreme = try Self.frames(
            Picture.ivf([(0, key), (-1, key), (-1, key)], rate: 1, scale: 0xFFFF_FFFF))
        #expect(extreme.map(\.time) == [.zero, .seconds(10), .seconds(10)])
    }

    @Test func fileIsRepeatedWhenAskedTo() throws {
        let key = Picture.keyFrame(), inter = Picture.interFrame()
        let frames = try Self.frames(
            Picture.ivf([(5, key), (6, inter)], rate: 10).dropLast(0), loop: true, limit: 5)
        #expect(frames.map(\.bytes) == [key, inter, key, inter, key])
        #expect(frames.map(\.time) == (0..<5).map { .milliseconds(100 * $0) })
        let single = try Self.frames(Picture.ivf([(0, key)]), loop: true, limit: 4)
        #expect(single.map { Int($0.time.milliseconds) } == [0, 33, 66, 99])
    }

    @Test func streamMayComeByteByByte() throws {
        let key = Picture.keyFrame(), inter = Picture.interFrame()
        let pipe = try Sample.pipe()
        let reader = try IVFReader(MediaInput(pipe.reader.duplicate()), isLooping: false)
        var frames: [EncodedFrame] = []
        for byte in Picture.ivf([(0, key), (1, inter)], headByteCount: 50) {
            Sample.write([byte], to: pipe.writer)
            frames += try Picture.frames { reader.read(into: &$0) }
        }
        #expect(frames.map(\.bytes) == [key, inter])
        try Sample.closeAndForget(pipe.writer)
        var frame = EncodedFrame()
        let outcome = reader.read(into: &frame)
        #expect(outcome == .ended)
    }

    @Test func oddFilesAreRefusedWithTheReason() {
        for (reason, bytes) in Self.odd { #expect(Picture.reason { _ = try Self.frames(bytes) } == reason) }
    }

    @Test func everyChangeOfAHeadIsReadOrRefused() {
        let bytes = Picture.ivf([(0, Picture.keyFrame()), (1, Picture.interFrame()), (2, Picture.interFrame())])
        for index in bytes.indices {
            _ = Picture.reason { _ = try Self.frames(Array(bytes.prefix(index))) }
            for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFE, 0xFF] {
                var changed = bytes
                changed[index] = value
                _ = Picture.reason { _ = try Self.frames(changed) }
            }
        }
    }

    @Test func fileCutAnywhereHoldsTheFramesBefore() throws {
        let file = try Sample.file([]), writer = try IVFWriter(file.duplicate())
        let key = Picture.keyFrame(320, 180), inter = Picture.interFrame()
        for (index, frame) in [key, inter, inter].enumerated() {
            #expect(writer.write(frame.rawSpan, at: .milliseconds(33 * index)) == .written)
        }
        let before = Sample.bytes(of: file)
        #expect(try Self.frames(before).map(\.bytes) == [key, inter, inter])
        for length in (32 + 12 + key.count)...before.count {
            #expect(try Self.frames(Array(before.prefix(length))).count > 0)
        }
        #expect(before[24] == 0)
        #expect(writer.finish() == .written)
        let after = Sample.bytes(of: file)
        #expect(after[24] == 3 && Array(after[12..<16]) == Sample.little(320, 2) + Sample.little(180, 2))
        #expect(try Self.frames(after).map(\.time) == [.zero, .milliseconds(33), .milliseconds(66)])
    }

    @Test func nothingIsWrittenThatCannotBeDecoded() throws {
        let pipe = try Sample.pipe(), writer = try IVFWriter(pipe.writer.duplicate())
        let key = Picture.keyFrame(filler: 700_000), inter = Picture.interFrame()
        #expect(writer.write(inter.rawSpan, at: .zero) == .full, "no key frame yet")
        var outcomes: [WriteOutcome] = []
        for index in 0..<5 { outcomes.append(writer.write(key.rawSpan, at: .milliseconds(index))) }
        #expect(outcomes.first == .written && outcomes.last == .full)
        let reader = try IVFReader(MediaInput(pipe.reader.duplicate()), isLooping: false)
        var count = 0
        while writer.flush() == .full { count += try Picture.frames { reader.read(into: &$0) }.count }
        #expect(writer.write(inter.rawSpan, at: .milliseconds(6)) == .full, "one before it is missing")
        #expect(writer.write(key.rawSpan, at: .milliseconds(7)) == .written)
        #expect(writer.write(inter.rawSpan, at: .milliseconds(8)) == .written)
        while writer.flush() == .full { count += try Picture.frames { reader.read(into: &$0) }.count }
        count += try Picture.frames { reader.read(into: &$0) }.count
        #expect(count == outcomes.filter { $0 == .written }.count + 2)
    }

    @Test(.enabled(if: Vectors.folder("vp8") != nil, "PARLEY_VECTORS is not set"))
    func vectorsAreRead() throws {
        let folder = try #require(Vectors.folder("vp8"))
        var tally = VectorTally()
        for url in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        where url.pathExtension == "ivf" {
            let bytes = [UInt8](try Data(contentsOf: url))
            let promised = (0..<4).reduce(0) { $0 | Int(bytes[24 + $1]) << (8 * $1) }
            let frames = try Self.frames(bytes)
            let total = frames.reduce(32) { $0 + 12 + $1.bytes.count }
            let isWhole = frames.count == promised && total == bytes.count && frames[0].isKeyFrame
            tally.record(
                url.lastPathComponent, isWhole && zip(frames, frames.dropFirst()).allSatisfy { $0.time < $1.time })
        }
        tally.report("vp8")
        #expect(tally.failures.isEmpty && tally.passed >= 30)
    }

    @Test(
        .enabled(
            if: Vectors.folder("vp8") != nil && Foreign.isThere, "PARLEY_VECTORS is not set or ffmpeg not installed"),
        arguments: ["vp80-00-comprehensive-008", "vp80-00-comprehensive-005", "vp80-02-inter-1418"])
    func fFmpegDecodesWhatIsWritten(name: String) throws {
        let folder = try #require(Vectors.folder("vp8"))
        let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent("\(name).ivf")))
        let file = try Sample.file([]), writer = try IVFWriter(file.duplicate())
        for frame in try Self.frames(bytes) { #expect(writer.write(frame.bytes.rawSpan, at: frame.time) == .written) }
        #expect(writer.finish() == .written)
        let hashes = try Foreign.pictureHashes(bytes, "ivf")
        #expect(hashes.count > 1)
        #expect(try Foreign.pictureHashes(Sample.wholeFile(file), "ivf") == hashes)
    }
}

extension Sample {
    /// All bytes of a file of any length.
    static func wholeFile(_ descriptor: borrowing Descriptor) -> [UInt8] {
        var status = stat()
        guard unsafe fstat(descriptor.rawValue, &status) == 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe pread(descriptor.rawValue, $0.baseAddress, $0.count, 0)
        }
        return Array(bytes.prefix(max(0, count)))
    }
}
