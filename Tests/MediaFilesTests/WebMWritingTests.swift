import Basics
import Foundation
import Platform
import TestSupport
import Testing

@testable import MediaFiles

@Suite struct WebMWritingTests {
    static let both: Set<EncodedFrame.Track> = [.audio, .video]

    final class Recording {
        private let file: Descriptor
        let writer: WebMWriter

        convenience init(_ tracks: Set<EncodedFrame.Track> = both) throws {
            let file = try Sample.file(Array("what was there before".utf8))
            let writer = try WebMWriter(file.duplicate(), tracks: tracks)
            self.init(file, writer)
        }

        private init(_ file: consuming Descriptor, _ writer: WebMWriter) {
            self.file = file
            self.writer = writer
        }

        @discardableResult
        func write(_ frame: EncodedFrame) -> WriteOutcome {
            writer.write(frame.bytes.rawSpan, frame.track, at: frame.time)
        }

        var bytes: [UInt8] { Sample.wholeFile(file) }
    }

    static func clipFrames() throws -> [EncodedFrame] { try WebMReadingTests.frames(try #require(Foreign.clip)) }

    static func audio(_ milliseconds: Int) -> EncodedFrame {
        EncodedFrame(
            .audio, time: .milliseconds(milliseconds), bytes: [0xF8, UInt8(truncatingIfNeeded: milliseconds / 20)])
    }

    static func video(_ milliseconds: Int, isKey: Bool = false) -> EncodedFrame {
        let bytes = isKey ? Picture.keyFrame(320, 180) : Picture.interFrame(milliseconds / 33)
        return EncodedFrame(.video, time: .milliseconds(milliseconds), bytes: bytes)
    }

    static func shown(_ frames: [EncodedFrame]) -> [String] {
        frames.map { "\($0.track == .audio ? "a" : "v")\(Int($0.time.milliseconds.rounded(.down)))" }
    }

    @Test func tracksComeInTheOrderOfTheirTimes() throws {
        let recording = try Recording()
        for frame in [
            Self.audio(100), Self.audio(120), Self.video(110, isKey: true), Self.video(143), Self.audio(140),
            Self.audio(160),
            Self.audio(180), Self.video(176),
        ] { #expect(recording.write(frame) == .written) }
        #expect(recording.writer.finish() == .written)
        let frames = try WebMReadingTests.frames(recording.bytes)
        #expect(Self.shown(frames) == ["a0", "v10", "a20", "a40", "v43", "a60", "v76", "a80"])
    }

    @Test func nobodyWaitsForASilentTrackForMoreThanASecond() throws {
        let recording = try Recording()
        for index in 0..<100 { #expect(recording.write(Self.audio(20 * index)) == .written) }
        #expect(try WebMReadingTests.frames(recording.bytes).count == 50, "those that are a second old")
        #expect(recording.write(Self.video(1_990, isKey: true)) == .written)
        #expect(try WebMReadingTests.frames(recording.bytes).count == 100)
        #expect(recording.writer.finish() == .written)
        let reader = try Picture.webmReader(recording.bytes)
        #expect(try Picture.frames { reader.read(into: &$0) }.count == 101)
        #expect(reader.tracks?.video?.size?.description == "320x180", "it was filled in when it was known")
    }

    /// What ffprobe finds in a file, and how many packets each stream has.
    static func streams(_ bytes: [UInt8]) throws -> String {
        try Foreign.withFile(bytes, "webm") { url in
            try Foreign.run(
                "ffprobe",
                [
                    "-v", "warning", "-count_packets", "-show_entries", "stream=codec_name,width,nb_read_packets",
                    "-of", "csv=p=0", url.path,
                ])
        }
    }

    /// A silent packet of Opus, which ffmpeg decodes.
    static let silence: [UInt8] = [0xF8, 0xFF, 0xFE]

    @Test(.enabled(if: Foreign.isThere, Foreign.absence))
    func trackWithoutAFrameIsNotToldOf() throws {
        let sound = try Recording(), pictures = try Recording()
        for index in 0..<200 {
            sound.write(EncodedFrame(.audio, time: .milliseconds(20 * index), bytes: Self.silence))
        }
        for frame in try Self.clipFrames() where frame.track == .video { pictures.write(frame) }
        // As it grows, and at its end.
        #expect(try Self.streams(sound.bytes) == "opus,150\n")
        #expect(sound.writer.finish() == .written && pictures.writer.finish() == .written)
        #expect(try Self.streams(sound.bytes) == "opus,200\n")
        #expect(try Self.streams(pictures.bytes) == "vp8,320,60\n")
        try Foreign.withFile(sound.bytes, "webm") { url in
            let text = try Foreign.run("ffmpeg", ["-v", "error", "-i", url.path, "-f", "s16le", "-ar", "48000", "-"])
            #expect(text.utf8.count >= 2 * (200 * 960 - 312), "and it can be heard")
            // The index leads to the sound.
            let later = try Foreign.run(
                "ffmpeg", ["-v", "error", "-ss", "3", "-i", url.path, "-f", "s16le", "-ar", "48000", "-"])
            #expect(abs(later.utf8.count - 2 * 48_000) < 4_000)
        }
    }

    @Test(.enabled(if: Foreign.isThere, Foreign.absence))
    func pictureThatComesLateIsToldOfThen() throws {
        let recording = try Recording()
        for index in 0..<300 {
            recording.write(EncodedFrame(.audio, time: .milliseconds(20 * index), bytes: Self.silence))
        }
        for frame in try Self.clipFrames() where frame.track == .video {
            var frame = frame
            frame.time += .seconds(5)
            recording.write(frame)
        }
        #expect(recording.writer.finish() == .written)
        #expect(try Self.streams(recording.bytes) == "vp8,320,60\nopus,300\n")
        #expect(
            try Foreign.pictureHashes(recording.bytes, "webm")
                == Foreign.pictureHashes(try #require(Foreign.clip), "webm"))
    }

    @Test func framesThatCannotBeDecodedAreLeftOut() throws {
        let recording = try Recording([.video])
        #expect(recording.write(Self.video(0)) == .full)
        #expect(recording.write(EncodedFrame(.video, bytes: [1, 2])) == .full)
        #expect(recording.write(EncodedFrame(.video, bytes: Picture.keyFrame(64, 0))) == .full)
        #expect(recording.write(Self.video(33, isKey: true)) == .written)
        let empty = try Recording([.audio])
        #expect(empty.write(EncodedFrame(.audio, bytes: [])) == .full)
        #expect(empty.write(EncodedFrame(.audio, bytes: [UInt8](repeating: 0, count: 7_658))) == .full)
        #expect(empty.writer.finish() == .written)
        #expect(WebMReadingTests.reason(empty.bytes) == "it has no frame that could be played")
    }

    @Test func timeNeverGoesBack() throws {
        let recording = try Recording([.audio])
        for time in [500, 520, 100, 540] { #expect(recording.write(Self.audio(time)) == .written) }
        #expect(Self.shown(try WebMReadingTests.frames(recording.bytes)) == ["a0", "a20", "a20", "a40"])
    }

    @Test func longRecordingsHaveClustersOfASecond() throws {
        let recording = try Recording([.audio])
        for index in 0..<5_000 { recording.write(Self.audio(20 * index)) }
        let clusters = Data(recording.bytes).count(of: [0x1F, 0x43, 0xB6, 0x75])
        #expect(clusters == 100)
        #expect(recording.writer.finish() == .written)
        #expect(try WebMReadingTests.frames(recording.bytes).last?.time == .milliseconds(99_980))
    }

    @Test func indexNeverGrowsBeyondItsBound() {
        var index = WebMIndex()
        for second in 0..<100_000 { index.add(.audio, time: second * 1_000, position: second * 4_000) }
        #expect(index.cues().count < 4_096 * 24 && index.cues().count > 2_048 * 10)
    }

    /// As `kill -9` leaves it, before and after the end was reached.
    @Test(.enabled(if: Foreign.isThere, Foreign.absence))
    func fileCutAnywhereIsPlayedAsFarAsItGoes() throws {
        let frames = try Self.clipFrames(), recording = try Recording()
        for frame in frames { #expect(recording.write(frame) == .written) }
        let growing = recording.bytes
        #expect(recording.writer.finish() == .written)
        let all = try Foreign.pictureHashes(try #require(Foreign.clip), "webm")
        for bytes in [growing, recording.bytes] {
            let whole = try WebMReadingTests.frames(bytes)
            for length in stride(from: bytes.count, to: 1_500, by: -1_009) {
                let part = try WebMReadingTests.frames(Array(bytes.prefix(length)))
                #expect(!part.isEmpty && part == Array(whole.prefix(part.count)))
            }
            for length in [bytes.count * 9 / 10, bytes.count * 6 / 10 + 3, bytes.count / 3] {
                let hashes = try Self.hashesDespiteTheEnd(Array(bytes.prefix(length)))
                #expect(hashes.count > 5 && hashes == Array(all.prefix(hashes.count)), "cut at \(length)")
            }
        }
    }

    /// Of a file that ends within a frame, at which ffmpeg complains about that frame.
    static func hashesDespiteTheEnd(_ bytes: [UInt8]) throws -> [String] {
        try Foreign.withFile(bytes, "webm") { url in
            let text = try Foreign.run(
                "ffmpeg",
                [
                    "-v", "fatal", "-threads", "1", "-i", url.path, "-map", "0:v", "-fps_mode", "passthrough", "-f",
                    "framemd5", "-",
                ])
            return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap {
                $0.split(separator: ",").last.map { $0.trimmingCharacters(in: .whitespaces) }
            }
        }
    }

    @Test(.enabled(if: Foreign.isThere, Foreign.absence))
    func fFmpegDecodesWhatIsWritten() throws {
        let clip = try #require(Foreign.clip), recording = try Recording()
        for frame in try Self.clipFrames() { #expect(recording.write(frame) == .written) }
        #expect(recording.writer.finish() == .written)
        #expect(try Foreign.pictureHashes(recording.bytes, "webm") == Foreign.pictureHashes(clip, "webm"))
        try Foreign.withFile(recording.bytes, "webm") { url in
            let format = try Foreign.run(
                "ffprobe",
                [
                    "-v", "warning", "-show_entries",
                    "format=format_name,duration:stream=codec_name,width,height,sample_rate,channels",
                    "-of", "csv=p=0", url.path,
                ])
            #expect(format == "vp8,320,180\nopus,48000,1\n\"matroska,webm\",2.021000\n")
            let packets = try Foreign.run(
                "ffprobe",
                ["-v", "error", "-show_entries", "packet=codec_type,pts_time,flags", "-of", "csv=p=0", url.path])
            let times = packets.split(separator: "\n").compactMap { Double($0.split(separator: ",")[1]) }
            // ffprobe has taken the codec's delay from the times of the sound.
            #expect(times.count > 150 && zip(times, times.dropFirst()).allSatisfy { $0 <= $1 + 0.007 })
            // Jumping by the index finds the key frame of the second second.
            let later = try Foreign.run(
                "ffmpeg",
                ["-v", "error", "-ss", "1.2", "-i", url.path, "-map", "0:v", "-frames:v", "1", "-f", "framemd5", "-"])
            #expect(later.split(separator: "\n").filter { !$0.hasPrefix("#") }.count == 1)
        }
    }

    @Test(.enabled(if: Foreign.isThere, Foreign.absence))
    func streamIsReadWhileItIsWritten() throws {
        let frames = try Self.clipFrames(), pipe = try Sample.pipe()
        let writer = try WebMWriter(pipe.writer.duplicate(), tracks: Self.both)
        let reader = try WebMReader(MediaInput(pipe.reader.duplicate()), isLooping: false)
        var got: [EncodedFrame] = []
        for frame in frames {
            #expect(writer.write(frame.bytes.rawSpan, frame.track, at: frame.time) == .written)
            got += try Picture.frames { reader.read(into: &$0) }
        }
        #expect(got.count > frames.count - 10, "no more waits than must")
        #expect(writer.finish() == .written)
        try Sample.closeAndForget(pipe.writer)
        got += try Picture.frames { reader.read(into: &$0) }
        #expect(got.filter { $0.track == .video }.map(\.bytes) == frames.filter { $0.track == .video }.map(\.bytes))
        #expect(got.filter { $0.track == .audio }.map(\.bytes) == frames.filter { $0.track == .audio }.map(\.bytes))
    }

    @Test func slowReaderGetsOnlyPicturesThatCanBeDecoded() throws {
        let pipe = try Sample.pipe(), writer = try WebMWriter(pipe.writer.duplicate(), tracks: [.video])
        var written: [Int] = []
        for index in 0..<60 {
            let bytes =
                (index % 20 == 0 ? Picture.keyFrame() : Picture.interFrame())
                + [UInt8](repeating: UInt8(index), count: 90_000)
            if writer.write(bytes.rawSpan, .video, at: .milliseconds(33 * index)) == .written { written.append(index) }
        }
        #expect(written.count < 60 && written.first == 0)
        for (earlier, later) in zip(written, written.dropFirst()) { #expect(later == earlier + 1 || later % 20 == 0) }
        let reader = try WebMReader(MediaInput(pipe.reader.duplicate()), isLooping: false)
        var count = 0
        while writer.flush() == .full { count += try Picture.frames { reader.read(into: &$0) }.count }
        #expect(writer.finish() == .written)
        try Sample.closeAndForget(pipe.writer)
        count += try Picture.frames { reader.read(into: &$0) }.count
        #expect(count == written.count)
    }

    /// Pictures wait for the sound, which comes 200 ms later, and the reader stops and goes by chance.
    @Test(arguments: UInt64(0)..<8)
    func whatIsReadCanBeDecodedThoughFramesWaited(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let pipe = try Sample.pipe(), writer = try WebMWriter(pipe.writer.duplicate(), tracks: Self.both)
        let reader = try WebMReader(MediaInput(pipe.reader.duplicate()), isLooping: false)
        var read: [EncodedFrame] = [], refused = 0, isReading = true
        for index in 0..<200 {
            if Int.random(in: 0..<7, using: &random) == 0 { isReading.toggle() }
            let head = index % 8 == 0 ? Picture.keyFrame() : Picture.interFrame()
            let bytes = head + [UInt8](repeating: UInt8(index), count: 400_000)
            if writer.write(bytes.rawSpan, .video, at: .milliseconds(33 * index)) == .full { refused += 1 }
            let time = 33 * index - 200
            if time >= 0, writer.write([1, 2, 3].rawSpan, .audio, at: .milliseconds(time)) == .full { refused += 1 }
            if isReading { read += try Self.readAll(reader, writer) }
        }
        let isWritten = writer.finish()
        #expect(isWritten == .written || isWritten == .full)
        read += try Self.readAll(reader, writer)
        let pictures = read.filter { $0.track == .video }, numbers = pictures.map { Int($0.bytes[$0.bytes.count - 1]) }
        #expect(refused > 0 && pictures.count > 30, "seed \(seed)")
        for index in 1..<max(1, pictures.count) {
            #expect(numbers[index] == numbers[index - 1] + 1 || pictures[index].isKeyFrame, "seed \(seed), \(index)")
        }
    }

    static func readAll(_ reader: WebMReader, _ writer: WebMWriter) throws -> [EncodedFrame] {
        var frames: [EncodedFrame] = []
        repeat { frames += try Picture.frames { reader.read(into: &$0) } } while writer.flush() == .full
        return try frames + Picture.frames { reader.read(into: &$0) }
    }

    @Test(
        .enabled(
            if: Vectors.folder("vp8") != nil && Foreign.isThere, "PARLEY_VECTORS is not set or ffmpeg not installed"))
    func vectorsAreDecodedAsBefore() throws {
        let folder = try #require(Vectors.folder("vp8"))
        for name in ["vp80-00-comprehensive-008", "vp80-03-segmentation-1436", "vp80-00-comprehensive-017"] {
            let url = folder.appendingPathComponent("\(name).ivf")
            guard FileManager.default.fileExists(atPath: url.path) else { continue }
            let bytes = [UInt8](try Data(contentsOf: url)), recording = try Recording([.video])
            for frame in try IVFTests.frames(bytes) { #expect(recording.write(frame) == .written) }
            #expect(recording.writer.finish() == .written)
            let hashes = try Foreign.pictureHashes(bytes, "ivf")
            #expect(!hashes.isEmpty)
            #expect(try Foreign.pictureHashes(recording.bytes, "webm") == hashes, "\(name)")
        }
    }
}

extension Data {
    /// How often these bytes stand in it.
    fileprivate func count(of bytes: [UInt8]) -> Int {
        var count = 0, from = startIndex
        while let range = range(of: Data(bytes), in: from..<endIndex) {
            count += 1
            from = range.upperBound
        }
        return count
    }
}
