import Basics
import Foundation
import Platform
import Testing

@testable import MediaFiles

@Suite struct Y4MWritingTests {
    static func frame(_ width: Int, _ height: Int, _ luma: UInt8) throws -> VideoFrame {
        let frame = VideoFrame(try FrameSize(checking: width, height))
        let lumaByteCount = frame.size.lumaByteCount
        frame.withMutableBytes { bytes in
            for index in 0..<lumaByteCount { bytes.storeBytes(of: luma, toByteOffset: index, as: UInt8.self) }
        }
        return frame
    }

    static func writer(_ descriptor: consuming Descriptor) throws -> Y4MWriter {
        try Y4MWriter(descriptor, rate: .thirty)
    }

    @Test func fileHoldsEachFrameAfterItsWrite() throws {
        let file = try Sample.file(Array("what was there before".utf8)), writer = try Self.writer(file.duplicate())
        #expect(Sample.bytes(of: file).isEmpty, "nothing is written before the first frame")
        for count in 1...4 {
            #expect(writer.write(try Self.frame(5, 3, UInt8(40 * count))) == .written)
            let frames = try Picture.frames(of: Picture.y4mReader(Sample.bytes(of: file)))
            #expect(frames.map { $0.bytes[0] } == (1...count).map { UInt8(40 * $0) })
            #expect(frames.allSatisfy { $0.size.description == "5x3" && $0.bytes.suffix(12).allSatisfy { $0 == 128 } })
        }
    }

    @Test func fileCutAnywhereHoldsTheFramesBefore() throws {
        let file = try Sample.file([]), writer = try Self.writer(file.duplicate())
        for luma: UInt8 in [10, 20, 30] { #expect(writer.write(try Self.frame(4, 2, luma)) == .written) }
        let bytes = Sample.bytes(of: file), head = bytes.count - 3 * 18
        for length in (head + 18)...bytes.count {
            let frames = try Picture.frames(of: Picture.y4mReader(Array(bytes.prefix(length))))
            #expect(frames.count == (length - head) / 18)
        }
    }

    /// A Y4M stream has one size.
    @Test func framesOfAnotherSizeAreScaledToTheFirst() throws {
        let file = try Sample.file([]), writer = try Self.writer(file.duplicate())
        for (width, height, luma) in [(64, 36, 50), (128, 72, 100), (32, 18, 150), (33, 19, 200), (64, 36, 250)] {
            #expect(writer.write(try Self.frame(width, height, UInt8(luma))) == .written)
        }
        let frames = try Picture.frames(of: Picture.y4mReader(Sample.bytes(of: file)))
        #expect(frames.map { $0.bytes[700] } == [50, 100, 150, 200, 250])
        #expect(frames.allSatisfy { $0.size.description == "64x36" })
    }

    @Test func slowReaderGetsWholeFramesAndNobodyWaits() throws {
        let pipe = try Sample.pipe(), writer = try Self.writer(pipe.writer.duplicate())
        let small = try Self.frame(640, 360, 100)
        var outcomes: [WriteOutcome] = []
        for _ in 0..<20 { outcomes.append(writer.write(small)) }
        #expect(outcomes.first == .written && outcomes.last == .full)
        #expect(writer.pollDescriptor != nil && writer.flush() == .full)
        let reader = try Y4MReader(MediaInput(pipe.reader.duplicate()), isLooping: false)
        var count = 0
        repeat {
            count += try Picture.frames(of: reader).count
        } while writer.flush() == .full
        count += try Picture.frames(of: reader).count
        #expect(writer.pollDescriptor == nil)
        #expect(count == outcomes.filter { $0 == .written }.count, "a frame comes whole or not at all")
    }

    @Test func frameLargerThanAllThatMayWaitIsTaken() throws {
        let pipe = try Sample.pipe(), writer = try Self.writer(pipe.writer.duplicate())
        let large = try Self.frame(1_920, 1_080, 77)
        #expect(writer.write(large) == .written && writer.write(large) == .full)
        let reader = try Y4MReader(MediaInput(pipe.reader.duplicate()), isLooping: false)
        var frames: [Picture.Raw] = []
        while writer.flush() == .full { frames += try Picture.frames(of: reader) }
        frames += try Picture.frames(of: reader)
        #expect(frames.count == 1 && frames[0].bytes[1_000_000] == 77)
    }

    @Test func deadPipeEndsTheSinkWithTheReason() throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = try Sample.pipe(), writer = try Self.writer(pipe.writer.duplicate())
        try Sample.closeAndForget(pipe.reader)
        let frame = try Self.frame(4, 2, 1)
        for _ in 0..<2 {
            guard case .failed(let error) = writer.write(frame) else {
                Issue.record("the write should fail")
                return
            }
            #expect(error.reason == "the reader of the pipe is gone")
        }
    }

    @Test func fullDiskEndsTheSinkWithTheReason() throws {
        let writer = try Self.writer(Descriptor.open("/dev/full", O_WRONLY))
        guard case .failed(let error) = writer.write(try Self.frame(4, 2, 1)) else {
            Issue.record("the write should fail")
            return
        }
        #expect(error.reason == "write: No space left on device")
    }

    @Test func folderIsNoFile() throws {
        #expect(throws: MediaFileError.self) { try Self.writer(Sample.folder().descriptor.duplicate()) }
        #expect(throws: MediaFileError.self) { try MediaInput(Sample.folder().descriptor.duplicate()) }
    }

    @Test(.enabled(if: Foreign.isThere, Foreign.absence))
    func fFmpegReadsWhatIsWritten() throws {
        let file = try Sample.file([]), writer = try Self.writer(file.duplicate())
        for luma in 0..<10 { #expect(writer.write(try Self.frame(31, 17, UInt8(16 + luma))) == .written) }
        let text = try Foreign.withFile(Sample.bytes(of: file), "y4m") { url in
            try Foreign.run(
                "ffprobe",
                [
                    "-v", "error", "-count_frames", "-show_entries",
                    "stream=codec_name,width,height,pix_fmt,r_frame_rate,nb_read_frames", "-of", "csv=p=0", url.path,
                ])
        }
        #expect(text.trimmingCharacters(in: .whitespacesAndNewlines) == "rawvideo,31,17,yuv420p,30/1,10")
    }
}
