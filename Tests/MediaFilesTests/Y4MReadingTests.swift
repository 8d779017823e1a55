import Basics
import Foundation
import Platform
import TestSupport
import Testing

@testable import MediaFiles

@Suite struct Y4MReadingTests {
    static let odd: [(String, [UInt8])] = [
        ("it is empty", []),
        ("it is not Y4M: it does not begin with YUV4MPEG2", Array("YUV4".utf8)),
        ("it is not Y4M: it does not begin with YUV4MPEG2", Array("YUV4MPEG3 W2 H2\n".utf8)),
        ("it is not Y4M: it does not begin with YUV4MPEG2", [UInt8](repeating: 65, count: 5_000)),
        ("the header tells no width or no height", Picture.y4m("W4", [])),
        ("the width is 0", Picture.y4m("W0 H2", [])),
        ("the height is -2", Picture.y4m("W4 H-2", [])),
        ("the width is 4294967296", Picture.y4m("W4294967296 H2", [])),
        (
            "pictures of 4097x1; allowed: sides from 1 to 4096, up to 9,437,184 samples",
            Picture.y4m("W4097 H1", [])
        ),
        (
            "pictures of 4096x4096; allowed: sides from 1 to 4096, up to 9,437,184 samples",
            Picture.y4m("W4096 H4096", [])
        ),
        ("the frame rate is 30", Picture.y4m("W4 H2 F30", [])),
        ("a frame rate of 0:1; allowed: from one frame in 10 s to 240 in one", Picture.y4m("W4 H2 F0:1", [])),
        ("a frame rate of 30:0; allowed: from one frame in 10 s to 240 in one", Picture.y4m("W4 H2 F30:0", [])),
        ("a frame rate of 241:1; allowed: from one frame in 10 s to 240 in one", Picture.y4m("W4 H2 F241:1", [])),
        ("a frame rate of 1:11; allowed: from one frame in 10 s to 240 in one", Picture.y4m("W4 H2 F1:11", [])),
        (
            "colours as 420p10; allowed: 8 bits of 420, 420jpeg, 420mpeg2, 420paldv, 422, 444, mono",
            Picture.y4m("W4 H2 C420p10", [])
        ),
        ("the header has an unknown item Q7", Picture.y4m("W4 H2 Q7", [])),
        ("it ends before its first picture is whole", Picture.y4m("W4 H2", [])),
        ("it ends before its first picture is whole", Picture.y4m("W4096 H2304", [[UInt8](repeating: 0, count: 99)])),
        ("frame 1 does not begin with FRAME", Picture.y4m("W4 H2", [[UInt8](repeating: 0, count: 12)], line: "FRAMES")),
        ("frame 2 does not begin with FRAME", Picture.y4m("W4 H2", [[UInt8](repeating: 0, count: 12) + [65, 10]])),
        (
            "frame 2 does not begin with FRAME",
            Picture.y4m("W4 H2", [[UInt8](repeating: 0, count: 12) + [UInt8](repeating: 65, count: 70_000)])
        ),
    ]

    static func reason(_ bytes: [UInt8]) -> String? {
        Picture.reason { _ = try Picture.frames(of: Picture.y4mReader(bytes)) }
    }

    @Test func planesAreReadAsTheyAre() throws {
        let first = Array(UInt8(0)..<12), second = Array(UInt8(100)..<112)
        for chroma in ["", " C420", " C420jpeg", " C420mpeg2", " C420paldv"] {
            let bytes = Picture.y4m("W4 H2 F30000:1001 Ip A1:1\(chroma) XYSCSS=420JPEG", [first, second])
            let size = try FrameSize(checking: 4, 2)
            #expect(
                try Picture.frames(of: Picture.y4mReader(bytes)) == [
                    Picture.Raw(size: size, time: .zero, bytes: first),
                    Picture.Raw(size: size, time: .nanoseconds(33_366_666), bytes: second),
                ])
        }
    }

    @Test func halvesOfOddSidesAreRoundedUp() throws {
        for (width, height, count) in [(3, 3, 17), (1, 1, 3), (5, 2, 16), (2, 5, 16)] {
            let frame = Array(UInt8(0)..<UInt8(count))
            let frames = try Picture.frames(of: Picture.y4mReader(Picture.y4m("W\(width) H\(height)", [frame, frame])))
            #expect(frames.map(\.bytes) == [frame, frame], "\(width)x\(height)")
        }
    }

    @Test func otherColoursBecomeOurs() throws {
        for (chroma, planes) in [("422", [15, 10, 10]), ("444", [15, 15, 15]), ("mono", [15])] {
            let values: [UInt8] = [50, 90, 200]
            let frame = zip(planes, values).flatMap { [UInt8](repeating: $1, count: $0) }
            let frames = try Picture.frames(of: Picture.y4mReader(Picture.y4m("W3 H5 C\(chroma)", [frame])))
            let colours: [UInt8] = chroma == "mono" ? [128, 128] : [90, 200]
            let expected = [UInt8](repeating: 50, count: 15) + colours.flatMap { [UInt8](repeating: $0, count: 6) }
            #expect(frames.map(\.bytes) == [expected], "\(chroma)")
        }
    }

    @Test func parametersOfAFrameArePassedOver() throws {
        let frame = Array(UInt8(0)..<12)
        let bytes = Picture.y4m("W4 H2", [frame], line: "FRAME Ippp XSOMETHING=1")
        #expect(try Picture.frames(of: Picture.y4mReader(bytes)).map(\.bytes) == [frame])
    }

    @Test func rateIsThatOfPlayersWhenItIsUnknown() throws {
        let frame = Array(UInt8(0)..<12)
        for header in ["W4 H2", "W4 H2 F0:0"] {
            let frames = try Picture.frames(of: Picture.y4mReader(Picture.y4m(header, [frame, frame])))
            #expect(frames.map(\.time) == [.zero, .milliseconds(40)])
        }
    }

    @Test func frameCutShortAtTheEndIsLeftOut() throws {
        let frame = Array(UInt8(0)..<12), bytes = Picture.y4m("W4 H2", [frame, frame])
        for cut in 1...18 {
            #expect(try Picture.frames(of: Picture.y4mReader(bytes.dropLast(cut))).count == 1, "\(cut) bytes less")
        }
    }

    @Test func fileIsRepeatedWhenAskedTo() throws {
        let first = Array(UInt8(0)..<12), second = Array(UInt8(20)..<32)
        for cut in [0, 3] {
            let bytes = Picture.y4m("W4 H2 F10:1", [first, second, first]).dropLast(cut)
            let frames = try Picture.frames(of: Picture.y4mReader(Array(bytes), loop: true), limit: 7)
            let cycle = cut == 0 ? [first, second, first] : [first, second]
            #expect(frames.map(\.bytes) == (0..<7).map { cycle[$0 % cycle.count] })
            #expect(frames.map(\.time) == (0..<7).map { .milliseconds(100 * $0) })
        }
    }

    @Test func streamMayComeByteByByte() throws {
        let first = Array(UInt8(0)..<12), second = Array(UInt8(20)..<32)
        let pipe = try Sample.pipe()
        let reader = try Y4MReader(MediaInput(pipe.reader.duplicate()), isLooping: false)
        #expect(reader.pollDescriptor != nil)
        var frames: [Picture.Raw] = []
        for byte in Picture.y4m("W4 H2", [first, second]) {
            #expect(try Picture.frames(of: reader).isEmpty)
            Sample.write([byte], to: pipe.writer)
            frames += try Picture.frames(of: reader)
        }
        #expect(frames.map(\.bytes) == [first, second])
        try Sample.closeAndForget(pipe.writer)
        let frame = VideoFrame(try FrameSize(checking: 2, 2)), outcome = reader.read(into: frame)
        #expect(outcome == .ended)
    }

    @Test func oddFilesAreRefusedWithTheReason() {
        for (reason, bytes) in Self.odd { #expect(Self.reason(bytes) == reason) }
    }

    @Test func everyChangeOfAHeaderIsReadOrRefused() throws {
        let bytes = Picture.y4m("W4 H2 F30:1 Ip A1:1 C420jpeg", [Array(UInt8(0)..<12), Array(UInt8(0)..<12)])
        for index in 0..<bytes.count {
            _ = Self.reason(Array(bytes.prefix(index)))
            for value: UInt8 in [0, 10, 32, 48, 57, 58, 0x7F, 0xFF] {
                var changed = bytes
                changed[index] = value
                _ = Self.reason(changed)
            }
        }
    }

    @Test func noMemoryIsTakenFrameByFrame() throws {
        let frames = (0..<8).map { [UInt8](repeating: UInt8($0), count: 12) }
        let reader = try Picture.y4mReader(Picture.y4m("W4 H2", frames))
        let frame = VideoFrame(try FrameSize(checking: 4, 2))
        var places: Set<UInt> = []
        for _ in frames {
            let outcome = reader.read(into: frame)
            #expect(outcome == .frame)
            places.insert(frame.withPlanes { unsafe UInt(bitPattern: $0.y) })
        }
        #expect(places.count <= 2, "two memories change places")
    }

    @Test(.enabled(if: Vectors.media != nil, "PARLEY_MEDIA is not set"))
    func realPicturesAreRead() throws {
        let folder = try #require(Vectors.media)
        let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent("cockatoo_180p_60f.y4m")))
        let frames = try Picture.frames(of: Picture.y4mReader(bytes))
        #expect(frames.count == 60 && frames.allSatisfy { $0.size.description == "320x180" })
        #expect(frames.last?.bytes == Array(bytes.suffix(86_400)))
        #expect(frames.last?.time == .milliseconds(59 * 50))
    }

    @Test(
        .enabled(if: Foreign.isThere, Foreign.absence),
        arguments: ["yuv420p", "yuvj420p", "yuv422p", "yuv444p", "gray", "yuv420p10le", "yuv411p"])
    func filesOfFFmpegAreReadOrRefused(format: String) throws {
        let source = ["-f", "lavfi", "-i", "testsrc=size=175x143:rate=25:duration=1"]
        let bytes = try Foreign.make("y4m", source + ["-pix_fmt", format, "-strict", "-1"])
        guard !["yuv420p10le", "yuv411p"].contains(format) else {
            #expect(Self.reason(bytes)?.hasPrefix("colours as 4") == true)
            return
        }
        let frames = try Picture.frames(of: Picture.y4mReader(bytes))
        #expect(frames.count == 25 && frames.allSatisfy { $0.size.description == "175x143" })
        // The luma plane is the same in every format that has it in the same range.
        guard format != "yuvj420p", format != "gray" else { return }
        let plain = try Picture.frames(
            of: Picture.y4mReader(Foreign.make("y4m", source + ["-pix_fmt", "yuv420p", "-strict", "-1"])))
        #expect(frames.map { $0.bytes.prefix(175 * 143) } == plain.map { $0.bytes.prefix(175 * 143) })
    }
}
