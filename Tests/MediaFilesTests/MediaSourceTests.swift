import Basics
import Foundation
import MediaURIs
import Platform
import TestSupport
import Testing

@testable import MediaFiles

@Suite struct MediaSourceTests {
    static let wav = Sample.wav(Sample.pcm16([16_384, -16_384]))
    static let y4m = Picture.y4m("W4 H2", [Array(UInt8(0)..<12)])
    static let ivf = Picture.ivf([(0, Picture.keyFrame())])
    static let webm = WebMReadingTests.segment(
        WebMReadingTests.video + WebMReadingTests.cluster([0], WebMReadingTests.block(1, 0, Picture.keyFrame())))

    /// What a source is, and how much it gives.
    static func summary(_ source: MediaSource) throws -> String {
        switch source {
        case .sound(let source): return "sound \(try Sample.samples(of: source).count)"
        case .pictures(let source):
            let frame = VideoFrame(try FrameSize(checking: 2, 2))
            var count = 0
            while source.read(into: frame) == .frame { count += 1 }
            return "pictures \(count) \(source.size?.description ?? "")"
        case .encoded(let source):
            return "encoded \(try Picture.frames { source.read(into: &$0) }.count) \(source.tracks?.video != nil)"
        case .pipe(let pipe):
            switch pipe.tell() {
            case .notNow: return "not yet"
            case .told(let source): return try summary(source)
            case .failed(let error): throw error
            }
        }
    }

    static let kinds: [(bytes: [UInt8], summary: String)] = [
        (wav, "sound 2"), (y4m, "pictures 1 4x2"), (ivf, "encoded 1 true"), (webm, "encoded 1 true"),
    ]

    @Test func filesTellThemselvesByTheirFirstBytes() throws {
        for (bytes, summary) in Self.kinds {
            // The name says nothing.
            #expect(try Self.summary(MediaSource.open(SourceURI("file:x.wav"), Sample.file(bytes))) == summary)
        }
    }

    @Test func fileIsReadFromWhereItStands() throws {
        for (bytes, summary) in Self.kinds {
            let file = try Sample.file([1, 2, 3] + bytes)
            #expect(lseek(file.rawValue, 3, SEEK_SET) == 3)
            #expect(try Self.summary(MediaSource.open(SourceURI("file:x"), file)) == summary)
        }
    }

    @Test func pipesTellThemselvesByTheirFirstBytes() throws {
        for (bytes, summary) in Self.kinds {
            for cut in [1, 3, 4, 5, bytes.count] {
                let pipe = try Sample.pipe()
                let source = try MediaSource.open(SourceURI("pipe:0"), pipe.reader.duplicate())
                #expect(try Self.summary(source) == "not yet")
                Sample.write(Array(bytes.prefix(cut)), to: pipe.writer)
                guard cut < 4 else {
                    Sample.write(Array(bytes.dropFirst(cut)), to: pipe.writer)
                    try Sample.closeAndForget(pipe.writer)
                    #expect(try Self.summary(source) == summary)
                    continue
                }
                #expect(try Self.summary(source) == "not yet")
                Sample.write(Array(bytes.dropFirst(cut)), to: pipe.writer)
                try Sample.closeAndForget(pipe.writer)
                #expect(try Self.summary(source) == summary)
            }
        }
    }

    @Test func oddSourcesAreRefusedWithTheReason() throws {
        let unknown = "it is neither WAV, Y4M, IVF nor WebM by its first bytes"
        for (reason, bytes) in [("it is empty", []), (unknown, Array("RI".utf8)), (unknown, Array("GIF89a....".utf8))] {
            let refusal = Picture.reason { _ = try MediaSource.open(SourceURI("file:x"), Sample.file(bytes)) }
            #expect(refusal == reason)
            let pipe = try Sample.pipe(), source = try MediaSource.open(SourceURI("pipe:0"), pipe.reader.duplicate())
            Sample.write(bytes, to: pipe.writer)
            try Sample.closeAndForget(pipe.writer)
            for _ in 0..<2 { #expect(Picture.reason { _ = try Self.summary(source) } == reason) }
        }
        let folder = try Sample.folder()
        #expect(
            Picture.reason { _ = try MediaSource.open(SourceURI("file:x"), folder.descriptor.duplicate()) }
                == "open: Is a directory")
        let pipe = try Sample.pipe()
        #expect(
            Picture.reason { _ = try MediaSource.open(SourceURI("file:x?loop=1"), pipe.reader.duplicate()) }
                == "only a file can be repeated")
        #expect(Picture.reason { _ = try AudioSource.open(SourceURI("test:bars"), nil) } == "it has no sound")
    }

    /// As a user pipes any film in: `ffmpeg … -f yuv4mpegpipe - | parley call … --source pipe:0`.
    @Test(
        .enabled(if: Vectors.media != nil && Foreign.isThere, "PARLEY_MEDIA is not set or ffmpeg not installed"),
        arguments: [("realshort.mp4", 36, "320x240"), ("cockatoo_yuv420.mp4", 280, "640x360")])
    func filmsComeThroughFFmpegAndAPipe(name: String, count: Int, size: String) throws {
        let film = try #require(Vectors.media).appendingPathComponent(name)
        let process = Process(), output = Foundation.Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/ffmpeg")
        process.arguments = [
            "-v", "error", "-i", film.path, "-vf", "scale=\(size.replacingOccurrences(of: "x", with: ":"))",
            "-fps_mode",
            "passthrough", "-f", "yuv4mpegpipe", "-",
        ]
        process.standardOutput = output
        try process.run()
        let descriptor = Descriptor(owning: dup(output.fileHandleForReading.fileDescriptor))
        guard case .pipe(let pipe) = try MediaSource.open(SourceURI("pipe:0"), descriptor) else {
            Issue.record("a pipe is a pipe")
            return
        }
        let source = try Self.pictures(pipe), frame = VideoFrame(try FrameSize(checking: 2, 2))
        var frames = 0, last = Duration.zero
        reading: while true {
            switch source.read(into: frame) {
            case .frame: (frames, last) = (frames + 1, frame.time)
            case .notNow: Self.await(try #require(source.pollDescriptor))
            case .ended: break reading
            case .failed(let error): throw error
            }
        }
        process.waitUntilExit()
        #expect(process.terminationStatus == 0 && frames == count && frame.size.description == size)
        #expect(last == source.rate?.time(of: count - 1))
    }

    static func pictures(_ pipe: PipeSource) throws -> VideoSource {
        while true {
            switch pipe.tell() {
            case .notNow: Self.await(pipe.pollDescriptor)
            case .told(.pictures(let source)): return source
            case .told: throw MediaFileError.data("it is not Y4M")
            case .failed(let error): throw error
            }
        }
    }

    /// Waits until there is something to read.
    static func await(_ descriptor: Int32) {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = unsafe poll(&request, 1, -1)
    }

    @Test func sinksTakeWhatTheirContainerHolds() throws {
        let frame = VideoFrame(try FrameSize(checking: 4, 2)), key = Picture.keyFrame()
        for (uri, first) in [
            ("file:x.y4m", "YUV4"), ("file:x.ivf", "DKIF"), ("pipe:1?kind=webm", "\u{1A}E"), ("file:x.WebM", "\u{1A}E"),
        ] {
            let file = try Sample.file([])
            switch try MediaSink.open(SinkURI(uri), file.duplicate()) {
            case .pictures(let sink): #expect(sink.write(frame) == .written)
            case .encoded(let sink):
                #expect(sink.write(key.rawSpan, .video, at: .zero) == .written)
                #expect(sink.finish() == .written)
            case .sound, .folder, .null: Issue.record("\(uri) is for pictures")
            }
            #expect(String(decoding: Sample.bytes(of: file), as: UTF8.self).hasPrefix(first), "\(uri)")
        }
        guard case .null = try MediaSink.open(SinkURI("null:"), nil) else {
            Issue.record("null: is nowhere")
            return
        }
        #expect(
            Picture.reason { _ = try AudioSink.open(SinkURI("file:x.webm"), Sample.file([])) }
                == "this version writes sound only; allowed: wav")
    }

    @Test func folderHasFilesOfEachParticipant() throws {
        let folder = try Sample.folder()
        let url = folder.url
        guard case .folder(let sink) = try MediaSink.open(SinkURI("dir:people"), folder.descriptor.duplicate()) else {
            Issue.record("dir: is a folder")
            return
        }
        let samples: [Int16] = [1]
        for _ in 0..<2 {
            let sound = try sink.soundSink(named: "ab12"), video = try sink.encodedSink(named: "ab12", tracks: [.video])
            #expect(sound.write(samples.span) == .written)
            #expect(video.write(Picture.keyFrame().rawSpan, .video, at: .zero) == .written)
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
        #expect(names == ["ab12-2.wav", "ab12-2.webm", "ab12.wav", "ab12.webm"])
    }
}
