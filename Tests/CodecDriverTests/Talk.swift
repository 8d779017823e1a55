import Basics
import Foundation
import MediaFiles
import MediaURIs
import Platform
import Testing

@testable import CodecDriver

/// WebM files with sound, made for tests, and what lanes give of them.
enum Talk {
    struct Failure: Error {}

    /// One packet of Opus for each 20 ms of `samples`, with its time.
    static func packets(_ samples: [Float]) -> [EncodedFrame] {
        let encoder = OpusEncoder(bitrate: .kilobits(64)), count = OpusEncoder.frameSampleCount
        return (0..<samples.count / count).map { index in
            var packet = [UInt8](repeating: 0, count: 1_280), byteCount = 0
            var span = packet.mutableRawSpan
            byteCount = encoder.encode(samples.span.extracting(index * count..<(index + 1) * count), into: &span)
            return EncodedFrame(.audio, time: .milliseconds(20 * index), bytes: Array(packet.prefix(byteCount)))
        }
    }

    /// Frames of VP8 of `test:bars` at 30 a second.
    static func pictures(count: Int) throws -> [EncodedFrame] {
        try Film.encode(try Film.bars(96, 64, count: count), keys: [0]).enumerated().map { index, frame in
            EncodedFrame(.video, time: .milliseconds(1_000 * index / 30), bytes: frame.bytes)
        }
    }

    /// A file of these frames.
    static func webm(_ frames: [EncodedFrame]) throws -> [UInt8] {
        let file = try Sound.file(), tracks = Set(frames.map(\.track))
        guard case .encoded(let sink) = try MediaSink.open(SinkURI("file:x.webm"), file.duplicate(), tracks: tracks)
        else { throw Failure() }
        for frame in frames { #expect(sink.write(frame.bytes.rawSpan, frame.track, at: frame.time) == .written) }
        #expect(sink.finish() == .written)
        return try Sound.bytes(of: file)
    }

    static func open(_ bytes: [UInt8], _ uri: String = "file:x.webm") throws -> MediaSource {
        let file = try Sound.file()
        try file.writeAll(bytes.rawSpan, at: 0)
        return try MediaSource.open(SourceURI(uri), file)
    }

    /// The sound of a source, whether it has pictures or not.
    static func sound(_ source: MediaSource) throws -> AudioSource { try #require(optionalSound(source)) }

    /// Nil when it has none.
    static func optionalSound(_ source: MediaSource) -> AudioSource? {
        switch source {
        case .sound(let sound): sound
        case .encoded(let source): source.sound
        case .pictures, .pipe: nil
        }
    }

    static func lane(_ bytes: [UInt8], _ uri: String = "file:x.webm") throws -> SourceLane {
        SourceLane(id: 0, try sound(open(bytes, uri)))
    }

    /// What the lane gives, frame by frame, up to `limit` frames.
    static func samples(_ lane: SourceLane, limit: Int = 10_000) -> [Float] {
        var all: [Float] = []
        for _ in 0..<limit {
            lane.prepare()
            guard !lane.isFinished else { break }
            var frame = [Float](repeating: 0, count: OpusEncoder.frameSampleCount)
            var span = frame.mutableSpan
            lane.mix(into: &span)
            all += frame
        }
        return all
    }

    /// When the pictures of a source are shown, and the number that each is stamped with.
    static func pictures(_ source: MediaSource, limit: Int) -> [(time: Duration, number: Int)] {
        let lane = PictureLane(id: 0, source), frame = VideoFrame(VideoTransmitter.smallest)
        var all: [(Duration, Int)] = []
        while all.count < limit {
            lane.prepare()
            guard case .ready(let time) = lane.state else { break }
            if lane.take(into: frame) { all.append((time, FrameStamp(reading: frame)?.number ?? -1)) }
        }
        return all
    }

    /// By how many samples the tone of `frequency` in `samples`, which begin at `start`, is later than one that began at 0.
    static func lag(_ frequency: Double, _ samples: ArraySlice<Float>) -> Double {
        var sine = 0.0, cosine = 0.0
        for index in samples.indices {
            let angle = 2 * .pi * frequency * Double(index) / 48_000
            sine += Double(samples[index]) * sin(angle)
            cosine += Double(samples[index]) * cos(angle)
        }
        return -atan2(cosine, sine) / (2 * .pi * frequency) * 48_000
    }

    /// The file that ffmpeg makes; nil when it is not installed.
    static func foreign(_ suffix: String, _ arguments: [String]) -> [UInt8]? {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).\(suffix)")
        defer { try? FileManager.default.removeItem(at: url) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/ffmpeg")
        process.arguments = ["-v", "error", "-y", "-threads", "1", "-bitexact"] + arguments + [url.path]
        process.standardInput = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        process.waitUntilExit()
        return (try? Data(contentsOf: url)).map { [UInt8]($0) }
    }

    /// A second of pictures and sound.
    static let clip = foreign(
        "webm",
        [
            "-f", "lavfi", "-i", "testsrc=size=96x64:rate=30:duration=1", "-f", "lavfi", "-i",
            "sine=frequency=440:duration=1:sample_rate=48000", "-c:v", "libvpx", "-b:v", "60k", "-g", "15", "-c:a",
            "libopus", "-b:a", "48k",
        ])
    static let absence: Comment = "ffmpeg is not installed"
}
