import Basics
import Foundation
import MediaURIs
import Platform
import Testing

@testable import MediaFiles

/// What a WebM file or pipe gives as a source: pictures, sound, or both.
@Suite struct WebMSourceTests {
    static let head = OpusHeadTests.head()
    static let opus = WebMReadingTests.track(2, 2, "A_OPUS", WebMReadingTests.element([0x63, 0xA2], head))
    static let vp8 = WebMReadingTests.track(1, 1, "V_VP8")

    /// A file of these entries, with frames of track 1 and packets of track 2 at these times.
    static func file(_ entries: [UInt8], pictures: [UInt8], packets: [UInt8]) -> [UInt8] {
        let blocks =
            pictures.map { ($0, WebMReadingTests.block(1, $0, WebMReadingTests.key)) }
            + packets.map { ($0, WebMReadingTests.block(2, $0, [0xF8, $0])) }
        return WebMReadingTests.segment(
            WebMReadingTests.tracks(entries)
                + WebMReadingTests.cluster([0], blocks.sorted { $0.0 < $1.0 }.flatMap { $0.1 }))
    }

    static func open(_ bytes: [UInt8], _ uri: String = "file:x.webm") throws -> MediaSource {
        try MediaSource.open(SourceURI(uri), Sample.file(bytes))
    }

    /// The times of what a source reads, each with its track.
    static func times(_ source: EncodedSource, limit: Int = 1_000) throws -> [String] {
        WebMWritingTests.shown(try Picture.frames(limit: limit) { source.read(into: &$0) })
    }

    @Test func fileOfBothIsTwoSourcesThatTellTheSameTimes() throws {
        let bytes = Self.file(Self.vp8 + Self.opus, pictures: [0, 33, 66], packets: [0, 20, 40, 60])
        guard case .encoded(let source) = try Self.open(bytes), let sound = source.sound?.packets else {
            Issue.record("it has both")
            return
        }
        let times = ["v0", "a0", "a20", "v33", "a40", "a60", "v66"]
        // Each reads on its own, whatever the other has read.
        #expect(try Self.times(source) == times)
        #expect(try Self.times(sound) == times)
        #expect(sound.tracks?.audio?.delay == .microseconds(6_500) && source.sound?.rate == 48_000)
        #expect(source.sound?.isLive == false && source.sound?.pollDescriptor == nil)
    }

    @Test func bothBeginAgainTogether() throws {
        let bytes = Self.file(Self.vp8 + Self.opus, pictures: [0, 33, 66], packets: [0, 20, 40, 60])
        guard case .encoded(let source) = try Self.open(bytes, "file:x?loop=1"), let sound = source.sound?.packets
        else {
            Issue.record("it has both")
            return
        }
        let times = try Self.times(source, limit: 1_000)
        #expect(try Self.times(sound, limit: 1_000) == times)
        #expect(Array(times[7..<10]) == ["v99", "a99", "a119"], "where the last picture ends")
        var frame = EncodedFrame()
        #expect(sound.read(into: &frame) == .frame && frame.repetition == 142)
    }

    @Test func fileOfOneIsOneSource() throws {
        guard case .encoded(let pictures) = try Self.open(Self.file(Self.vp8, pictures: [0, 33], packets: [])) else {
            Issue.record("it has pictures")
            return
        }
        #expect(pictures.sound == nil)
        guard case .sound(let sound) = try Self.open(Self.file(Self.opus, pictures: [], packets: [0, 20])) else {
            Issue.record("it has sound")
            return
        }
        #expect(try Self.times(#require(sound.packets)) == ["a0", "a20"])
    }

    /// As recordings were made of whoever was never seen or never heard.
    @Test func tracksWithoutAFrameAreNone() throws {
        let entries = Self.vp8 + Self.opus
        for uri in ["file:x", "file:x?loop=1"] {
            guard case .sound(let sound) = try Self.open(Self.file(entries, pictures: [], packets: [0, 20]), uri) else {
                Issue.record("it has sound only")
                return
            }
            let packets = try #require(sound.packets), limit = uri == "file:x" ? 1_000 : 5
            let times = ["a0", "a20", "a40", "a60", "a80"]
            #expect(try Self.times(packets, limit: limit) == Array(times.prefix(uri == "file:x" ? 2 : 5)))
            guard case .encoded(let source) = try Self.open(Self.file(entries, pictures: [0, 33], packets: []), uri)
            else {
                Issue.record("it has pictures only")
                return
            }
            #expect(try source.sound == nil && Self.times(source, limit: 2) == ["v0", "v33"])
        }
    }

    @Test func soundOfOtherCodecsIsLeftOutOrRefusedByName() throws {
        let vorbis = WebMReadingTests.track(2, 2, "A_VORBIS")
        let source = try Self.open(Self.file(Self.vp8 + vorbis, pictures: [0, 33], packets: [0, 20]))
        guard case .encoded(let pictures) = source else {
            Issue.record("it has pictures")
            return
        }
        #expect(try pictures.sound == nil && Self.times(pictures) == ["v0", "v33"])
        #expect(source.omission == "without its tracks of A_VORBIS; allowed: V_VP8 and A_OPUS")
        let alone = Self.file(vorbis, pictures: [], packets: [0, 20])
        #expect(Picture.reason { _ = try Self.open(alone) } == "tracks of A_VORBIS; allowed: V_VP8 and A_OPUS")
        let vp9 = try Self.open(
            Self.file(WebMReadingTests.track(1, 1, "V_VP9") + Self.opus, pictures: [0], packets: [0, 20]))
        guard case .sound = vp9 else {
            Issue.record("it has sound")
            return
        }
        #expect(vp9.omission == "without its tracks of V_VP9; allowed: V_VP8 and A_OPUS")
        #expect(try Self.open(Self.file(Self.vp8, pictures: [0], packets: [])).omission == nil)
    }

    @Test func soundOfManyChannelsIsLeftOutOrRefused() throws {
        let head = OpusHeadTests.head(channels: 6, family: 1, table: [4, 2, 0, 4, 1, 2, 3, 5])
        let surround = WebMReadingTests.track(2, 2, "A_OPUS", WebMReadingTests.element([0x63, 0xA2], head))
        let beside = try Self.open(Self.file(Self.vp8 + surround, pictures: [0, 33], packets: [0, 20]))
        #expect(
            beside.omission == "without its tracks of A_OPUS, 6 channels in 4 streams; allowed: V_VP8 and A_OPUS")
        #expect(
            Picture.reason { _ = try Self.open(Self.file(surround, pictures: [], packets: [0])) }
                == "tracks of A_OPUS, 6 channels in 4 streams; allowed: V_VP8 and A_OPUS")
    }

    /// A pipe tells what it is when its first frame has come.
    @Test func pipeOfSoundIsASourceOfSound() throws {
        let bytes = Self.file(Self.opus, pictures: [], packets: [0, 20])
        for cut in [1, 4, 40, 100] {
            let pipe = try Sample.pipe()
            guard case .pipe(let source) = try MediaSource.open(SourceURI("pipe:0"), pipe.reader.duplicate()) else {
                Issue.record("a pipe is a pipe")
                return
            }
            Sample.write(Array(bytes[..<cut]), to: pipe.writer)
            guard case .notNow = source.tell() else {
                Issue.record("not yet")
                return
            }
            Sample.write(Array(bytes[cut...]), to: pipe.writer)
            try Sample.closeAndForget(pipe.writer)
            guard case .told(.sound(let sound)) = source.tell(), let packets = sound.packets else {
                Issue.record("it has sound")
                return
            }
            #expect(sound.isLive && sound.pollDescriptor == source.pollDescriptor)
            #expect(try Self.times(packets) == ["a0", "a20"])
        }
    }

    @Test func pipeOfBothGivesItsPicturesAndSaysSo() throws {
        let pipe = try Sample.pipe(), source = PipeSource(try pipe.reader.duplicate())
        Sample.write(Self.file(Self.vp8 + Self.opus, pictures: [0, 33], packets: [0, 20]), to: pipe.writer)
        try Sample.closeAndForget(pipe.writer)
        guard case .told(let told) = source.tell(), case .encoded(let pictures) = told else {
            Issue.record("it has pictures")
            return
        }
        #expect(pictures.sound == nil)
        #expect(told.omission == "without its sound: a pipe gives pictures or sound, a file gives both")
        #expect(try Self.times(pictures) == ["v0", "a0", "a20", "v33"])
    }

    @Test func pipeThatHasNothingSaysWhy() throws {
        for (bytes, reason) in [
            (WebMReadingTests.segment([]), "it ends before its tracks are told"),
            (Self.file(Self.vp8, pictures: [], packets: []), "it has no frame that could be played"),
            (
                Self.file(WebMReadingTests.track(2, 2, "A_VORBIS"), pictures: [], packets: [0]),
                "tracks of A_VORBIS; allowed: V_VP8 and A_OPUS"
            ),
        ] {
            let pipe = try Sample.pipe(), source = PipeSource(try pipe.reader.duplicate())
            Sample.write(bytes, to: pipe.writer)
            try Sample.closeAndForget(pipe.writer)
            for _ in 0..<2 {
                guard case .failed(let error) = source.tell() else {
                    Issue.record("it has nothing")
                    return
                }
                #expect(error.reason == reason)
            }
        }
    }

    @Test func timesBeyondNanosecondsAreRefused() {
        let unit = WebMReadingTests.element(
            [0x15, 0x49, 0xA9, 0x66], WebMReadingTests.element([0x2A, 0xD7, 0xB1], [0x3B, 0x9A, 0xCA, 0x00]))
        let block = WebMReadingTests.block(1, 0, WebMReadingTests.key)
        for (time, reason) in [
            ([0x07, 0xFF, 0xFF, 0xFF, 0xF0], "a time that is too far away"), ([0x02, 0, 0, 0, 0], nil),
        ] as [([UInt8], String?)] {
            let bytes = WebMReadingTests.segment(
                unit + WebMReadingTests.video + WebMReadingTests.cluster(time, block))
            #expect(WebMReadingTests.reason(bytes) == reason)
        }
    }
}
