import Basics
import Foundation
import MediaURIs
import Platform
import TestSupport
import Testing

@testable import MediaFiles

@Suite struct BarsTests {
    static func bars(_ width: Int = 640, _ height: Int = 360, count: Int) throws -> [VideoFrame] {
        var bars = BarsGenerator(try FrameSize(checking: width, height), .thirty)
        return (0..<count).map { number in
            let frame = VideoFrame(bars.size)
            bars.draw(into: frame, madeAt: .milliseconds(1_000_000 + 33 * number))
            return frame
        }
    }

    static func y4m(_ frames: [VideoFrame]) throws -> [UInt8] {
        let file = try Sample.file([]), writer = try Y4MWriter(file.duplicate(), rate: .thirty)
        for frame in frames { #expect(writer.write(frame) == .written) }
        return Sample.wholeFile(file)
    }

    static func videoFrames(_ bytes: [UInt8]) throws -> [VideoFrame] {
        let reader = try Picture.y4mReader(bytes)
        var frames: [VideoFrame] = []
        while true {
            let frame = VideoFrame(try FrameSize(checking: 2, 2))
            switch reader.read(into: frame) {
            case .frame: frames.append(frame)
            case .notNow, .ended: return frames
            case .failed(let error): throw error
            }
        }
    }

    @Test func everyFrameSaysWhichItIsAndWhenItWasMade() throws {
        for (width, height) in [(640, 360), (320, 180), (1_280, 720), (175, 143), (641, 361), (48, 40)] {
            for (number, frame) in try Self.bars(width, height, count: 5).enumerated() {
                let stamp = try #require(FrameStamp(reading: frame), "\(width)x\(height)")
                #expect(stamp.number == number && stamp.time == .milliseconds(1_000_000 + 33 * number))
                #expect(frame.time == FrameRate.thirty.time(of: number))
            }
        }
    }

    @Test func stampKeepsWhatItHasRoomFor() throws {
        let frame = VideoFrame(try FrameSize(checking: 320, 180))
        for (number, time, kept) in [
            (0, Duration.zero, (0, Duration.zero)), (0xFF_FFFF, .microseconds(199), (0xFF_FFFF, .microseconds(100))),
            (0x1AB_CDEF, .seconds(10_000_000), (0xAB_CDEF, .seconds(10_000_000))),
        ] {
            FrameStamp(number: number, time: time).draw(into: frame)
            let stamp = FrameStamp(reading: frame)
            #expect(stamp?.number == kept.0 && stamp?.time == kept.1)
        }
        // Over the end of the 40 bits.
        let last = Duration.microseconds(Int64(0xFF_FFFF_FFFF) * 100)
        let stamp = FrameStamp(number: 1, time: last)
        #expect(stamp.age(at: last + .milliseconds(25)) == .milliseconds(25))
    }

    @Test func oneWrongFieldIsNoStamp() throws {
        let frame = try #require(try Self.bars(count: 8).last), size = frame.size
        for field in 0..<96 {
            let copy = VideoFrame(size)
            frame.withPlanes { unsafe copy.copy($0, size) }
            let columns = 640 * (field % 24) / 24..<640 * (field % 24 + 1) / 24, row = 288 + 18 * (field / 24)
            copy.withMutableBytes { bytes in
                for line in row..<row + 18 {
                    for column in columns {
                        let offset = line * 640 + column
                        let old = bytes.bytes.byte(at: offset)
                        bytes.storeBytes(of: old > 128 ? 40 : 216, toByteOffset: offset, as: UInt8.self)
                    }
                }
            }
            #expect(FrameStamp(reading: copy) == nil, "field \(field)")
        }
    }

    @Test func otherPicturesHaveNoStamp() throws {
        var random = SplitMix(seed: 7)
        let frame = VideoFrame(try FrameSize(checking: 96, 80))
        #expect(FrameStamp(reading: frame) == nil, "black")
        #expect(FrameStamp(reading: VideoFrame(try FrameSize(checking: 2, 2))) == nil)
        // Fields of chance, not samples: so that each try has the contrast of a stamp.
        for _ in 0..<500 {
            frame.withMutableBytes { bytes in
                for field in 0..<96 {
                    let value: UInt8 = Bool.random(using: &random) ? 30 : 220
                    for line in 0..<4 {
                        for column in 0..<4 {
                            let offset = (64 + 4 * (field / 24) + line) * 96 + 4 * (field % 24) + column
                            bytes.storeBytes(of: value, toByteOffset: offset, as: UInt8.self)
                        }
                    }
                }
            }
            #expect(FrameStamp(reading: frame) == nil)
        }
    }

    @Test(.enabled(if: Vectors.media != nil, "PARLEY_MEDIA is not set"))
    func realPicturesHaveNoStamp() throws {
        let folder = try #require(Vectors.media)
        let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent("cockatoo_180p_60f.y4m")))
        let frames = try Self.videoFrames(bytes)
        #expect(frames.count == 60 && frames.allSatisfy { FrameStamp(reading: $0) == nil })
    }

    @Test func stampSurvivesScaling() throws {
        let frame = try #require(try Self.bars(1_280, 720, count: 4).last)
        for (width, height) in [(640, 360), (480, 270), (320, 180), (240, 135), (160, 90), (1_920, 1_080)] {
            let scaled = VideoFrame(try FrameSize(checking: width, height))
            scaled.scale(frame)
            #expect(FrameStamp(reading: scaled)?.number == 3, "\(width)x\(height)")
        }
    }

    /// Three seconds of the usual size.
    static let raw = try? y4m(bars(count: 90))

    /// As a call sends it: real-time, one pass, far less than the picture would need.
    @Test(
        .enabled(if: Foreign.isThere, Foreign.absence),
        arguments: [(640, 360, 150), (640, 360, 500), (320, 180, 60), (320, 180, 120)])
    func stampSurvivesVP8(width: Int, height: Int, kilobits: Int) throws {
        let raw = try #require(Self.raw)
        let coded = try Foreign.withFile(raw, "y4m") { url in
            try Foreign.make(
                "ivf",
                [
                    "-i", url.path, "-vf", "scale=\(width):\(height)", "-c:v", "libvpx", "-deadline", "realtime",
                    "-cpu-used", "8", "-b:v", "\(kilobits)k", "-maxrate", "\(kilobits)k", "-minrate", "\(kilobits)k",
                    "-bufsize", "\(kilobits)k", "-lag-in-frames", "0", "-g", "9999",
                ])
        }
        let decoded = try Foreign.withFile(coded, "ivf") { url in
            try Foreign.make("y4m", ["-i", url.path, "-fps_mode", "passthrough", "-pix_fmt", "yuv420p"])
        }
        let stamps = try Self.videoFrames(decoded).map { FrameStamp(reading: $0) }
        let read = stamps.compactMap { $0 }
        let rate = coded.count * 8 / 3 / 1_000
        print("measured: \(read.count) of \(stamps.count) stamps read at \(width)x\(height), \(rate) kbit/s")
        #expect(read.count >= stamps.count * 98 / 100 && stamps.count > 45)
        for stamp in read { #expect(stamp.time == .milliseconds(1_000_000 + 33 * stamp.number)) }
        #expect(zip(read, read.dropFirst()).allSatisfy { $0.number < $1.number })
    }

    @Test func picturesMove() throws {
        let frames = try Self.bars(count: 3)
        let lines = frames.map { frame in frame.withBytes { [UInt8]($0.extracting(200 * 640..<201 * 640)) } }
        #expect(Array(lines[0][2...]) == Array(lines[1][..<638]) && lines[0] != lines[1])
        #expect(Set(lines[0]).count == 8)
    }

    @Test func sourceStampsWithTheClockOfTheMachine() throws {
        guard case .pictures(let source) = try MediaSource.open(SourceURI("test:bars"), nil) else {
            Issue.record("bars are pictures")
            return
        }
        #expect(source.size?.description == "640x360" && source.rate == .thirty && !source.isLive)
        let frame = VideoFrame(try FrameSize(checking: 2, 2))
        for number in 0..<3 {
            let before = MonotonicClock.now - Instant.zero, outcome = source.read(into: frame),
                after = MonotonicClock.now - Instant.zero
            let stamp = try #require(FrameStamp(reading: frame))
            #expect(outcome == .frame && stamp.number == number)
            #expect(stamp.time >= before - .microseconds(100) && stamp.time <= after)
        }
    }
}
