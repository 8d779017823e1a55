import Basics
import Foundation
import MediaFiles
import TestSupport
import Testing

@testable import CodecDriver

@Suite struct VP8DecoderTests {
    @Test func publishedStreamsGiveThePublishedPictures() throws {
        guard let folder = Vectors.folder("vp8") else { return print("no PARLEY_VECTORS: vp8 was not decoded") }
        var tally = VectorTally()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".ivf") }
        for name in names.sorted() {
            let path = folder.appendingPathComponent(name).path
            let published = try String(contentsOfFile: path + ".md5", encoding: .utf8).split(separator: "\n")
                .map { String($0.prefix(32)) }
            let sums = try Self.sums(ofIVF: path)
            tally.record(name, sums == published)
        }
        tally.report("vp8")
        #expect(tally.failures == [] && tally.passed == names.count && tally.passed > 40)
    }

    /// The sums of the pictures of a stream, by md5sum.
    private static func sums(ofIVF path: String) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        var decoder = VP8Decoder(), names: [String] = []
        let picture = VideoFrame(try Film.size(16, 16))
        for frame in try Film.frames(ofIVF: path) {
            guard try Film.decode(frame.bytes, with: &decoder, into: picture) else { continue }
            names.append("\(names.count)")
            try Data(Film.bytes(of: picture)).write(to: folder.appendingPathComponent(names[names.count - 1]))
        }
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/md5sum")
        process.arguments = names
        process.currentDirectoryURL = folder
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: "\n").map { String($0.prefix(32)) }
    }

    @Test func nothingIsDecodedBeforeAKeyFrame() throws {
        let frames = try Film.encode(try Film.bars(count: 4))
        var decoder = VP8Decoder()
        let picture = VideoFrame(try Film.size(16, 16))
        let beforeAnyKeyFrame = Film.refusal(of: frames[1].bytes, by: &decoder)
        #expect(beforeAnyKeyFrame == VP8DecodeError.noKeyFrame)
        let isShown = try Film.decode(frames[0].bytes, with: &decoder, into: picture)
        #expect(isShown && !decoder.needsKeyFrame)
    }

    @Test func whatIsNoFrameIsRefusedWithTheReason() throws {
        var decoder = VP8Decoder()
        for bytes: [UInt8] in [
            [], [0], [0x10, 0], [0x10, 0, 0, 1, 2, 3, 1, 0, 1, 0], [UInt8](repeating: 0, count: 40),
        ] {
            let refusal = Film.refusal(of: bytes, by: &decoder)
            #expect(refusal == VP8DecodeError.malformed)
        }
        let huge: [UInt8] = [0x10, 0, 0, 0x9D, 1, 0x2A, 0xFF, 0x3F, 0xFF, 0x3F, 0, 0, 0, 0]
        let hugeRefusal = Film.refusal(of: huge, by: &decoder)
        #expect(hugeRefusal == VP8DecodeError.size(width: 16_383, height: 16_383))
        let empty: [UInt8] = [0x10, 0xFF, 0xFF, 0x9D, 1, 0x2A, 64, 0, 48, 0]
        let emptyRefusal = Film.refusal(of: empty, by: &decoder)
        #expect(emptyRefusal == VP8DecodeError.corrupt)
    }

    @Test func afterAFailureOnlyAKeyFrameHelps() throws {
        let frames = try Film.encode(try Film.bars(count: 8), keys: [4])
        let all = try Film.decode(frames)
        var decoder = VP8Decoder()
        let picture = VideoFrame(try Film.size(16, 16))
        _ = try Film.decode(frames[0].bytes, with: &decoder, into: picture)
        // A key frame whose first partition is longer than what came.
        var bad = frames[0].bytes
        (bad[1], bad[2]) = (0xFF, 0xFF)
        let badRefusal = Film.refusal(of: bad, by: &decoder)
        #expect(badRefusal == VP8DecodeError.corrupt)
        let nextRefusal = Film.refusal(of: frames[1].bytes, by: &decoder)
        #expect(nextRefusal == VP8DecodeError.noKeyFrame)
        let isShown = try Film.decode(frames[4].bytes, with: &decoder, into: picture)
        #expect(isShown && Film.bytes(of: picture) == all[4])
    }

    /// Frames in which bits are turned, which are cut, or which are noise behind a good head: errors or pictures, no trap.
    @Test(arguments: UInt64(0)..<8) func damagedFramesAreErrorsOrPictures(seed: UInt64) throws {
        var random = SplitMix(seed: seed), decoder = VP8Decoder(), refused = 0, shown = 0
        let frames = try Film.encode(try Film.bars(96, 80, count: 12), bitrate: .kilobits(100), keys: [6])
        let picture = VideoFrame(try Film.size(16, 16))
        for _ in 0..<400 {
            guard let frame = frames.randomElement(using: &random) else { return }
            var bytes = frame.bytes
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
            case 1:
                for index in bytes.indices.dropFirst(10) { bytes[index] = UInt8.random(in: 0...255, using: &random) }
            case 2:
                for _ in 0..<8 {
                    bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                }
            default: break
            }
            do {
                if try Film.decode(bytes, with: &decoder, into: picture) { shown += 1 }
            } catch { refused += 1 }
        }
        #expect(shown > 0 && refused > 0 && shown + refused <= 400)
        // And then it decodes what is good, as ever.
        let isShown = try Film.decode(frames[0].bytes, with: &decoder, into: picture)
        #expect(isShown && picture.size == frames[0].picture.size)
    }
}
