import Basics
import Foundation
import Platform
import TestSupport
import Testing

@testable import MediaFiles

@Suite struct WebMReadingTests {
    static func frames(_ bytes: [UInt8], loop: Bool = false, limit: Int = 10_000) throws -> [EncodedFrame] {
        let reader = try Picture.webmReader(bytes, loop: loop)
        return try Picture.frames(limit: limit) { reader.read(into: &$0) }
    }

    static func reason(_ bytes: [UInt8]) -> String? { Picture.reason { _ = try frames(bytes) } }

    // Elements of EBML, made by hand.

    static func element(_ id: [UInt8], _ body: [UInt8], length: [UInt8]? = nil) -> [UInt8] {
        id
            + (length ?? [
                0x10 | UInt8(body.count >> 24), UInt8(body.count >> 16 & 255), UInt8(body.count >> 8 & 255),
                UInt8(body.count & 255),
            ]) + body
    }

    static let endless: [UInt8] = [0x01, 255, 255, 255, 255, 255, 255, 255]
    static let head = element([0x1A, 0x45, 0xDF, 0xA3], element([0x42, 0x82], Array("webm".utf8)))
    static func segment(_ body: [UInt8]) -> [UInt8] { head + element([0x18, 0x53, 0x80, 0x67], body, length: endless) }
    static func track(_ number: UInt8, _ type: UInt8, _ codec: String, _ more: [UInt8] = []) -> [UInt8] {
        element(
            [0xAE], element([0xD7], [number]) + element([0x83], [type]) + element([0x86], Array(codec.utf8)) + more)
    }
    static func tracks(_ entries: [UInt8]) -> [UInt8] { element([0x16, 0x54, 0xAE, 0x6B], entries) }
    static let video = tracks(track(1, 1, "V_VP8"))
    static func cluster(_ time: [UInt8], _ blocks: [UInt8], length: [UInt8]? = nil) -> [UInt8] {
        element([0x1F, 0x43, 0xB6, 0x75], element([0xE7], time) + blocks, length: length)
    }
    static func block(_ track: UInt8, _ time: UInt8, _ frame: [UInt8], flags: UInt8 = 0) -> [UInt8] {
        element([0xA3], [0x80 | track, 0, time, flags] + frame)
    }
    static let key = Picture.keyFrame()

    static let odd: [(String, [UInt8])] = [
        ("it is empty", []),
        ("it ends before its tracks are told", [0x1A, 0x45, 0xDF, 0xA3]),
        ("it ends before its tracks are told", segment([])),
        ("its elements are damaged", [0x1A, 0x45, 0xDF, 0xA3] + [UInt8](repeating: 0, count: 99)),
        ("it is EBML, but not WebM", element([0x1A, 0x45, 0xDF, 0xA3], element([0x42, 0x82], Array("mkvx".utf8)))),
        (
            "tracks of V_VP9, A_VORBIS, V_VP8, compressed or encrypted; allowed: V_VP8 and A_OPUS",
            segment(
                tracks(
                    track(1, 1, "V_VP9") + track(2, 2, "A_VORBIS")
                        + track(3, 1, "V_VP8", element([0x6D, 0x80], element([0x62, 0x40], []))))
                    + cluster([0], block(1, 0, key)))
        ),
        ("it has no frame that could be played", segment(video + cluster([0], block(2, 0, key)))),
        ("it has no frame that could be played", segment(video + cluster([0], block(1, 0, Picture.interFrame())))),
        ("its elements are damaged", segment(video + cluster([0], block(1, 0, [])))),
        ("a name of more than 63 bytes", segment(tracks(track(1, 1, String(repeating: "V", count: 64))))),
        (
            "a number of more than 8 bytes",
            segment(tracks(track(1, 1, "V_VP8", element([0xD7], [UInt8](repeating: 1, count: 9)))))
        ),
        ("more than 32 tracks", segment(tracks((1...33).flatMap { track($0, 1, "V_VP8") }))),
        (
            "a unit of time that is 0 or longer than 1 s",
            segment(element([0x15, 0x49, 0xA9, 0x66], element([0x2A, 0xD7, 0xB1], [0])))
        ),
        (
            "a unit of time that is 0 or longer than 1 s",
            segment(
                element([0x15, 0x49, 0xA9, 0x66], element([0x2A, 0xD7, 0xB1], [UInt8](repeating: 0x7F, count: 8))))
        ),
        (
            "a time that is too far away",
            segment(video + cluster([UInt8](repeating: 0x7F, count: 8), block(1, 0, key)))
        ),
        (
            "a frame that is too large",
            segment(
                video
                    + cluster(
                        [0], element([0xA3], [0x81, 0, 0, 0] + key, length: [0x08, 0x10, 0, 0, 0]), length: endless))
        ),
        (
            "an element without size that must have one",
            segment(element([0x12, 0x54, 0xC3, 0x67], [], length: endless))
        ),
        (
            "behind frame 1 its elements are damaged",
            segment(video + cluster([0], block(1, 0, key)) + [UInt8](repeating: 0, count: 20))
        ),
    ]

    @Test func oddFilesAreRefusedWithTheReason() {
        for (reason, bytes) in Self.odd { #expect(Self.reason(bytes) == reason) }
    }

    @Test func clusterOfTooManyBlocksIsRefused() {
        let blocks = (0..<16_385).flatMap { _ in Self.block(1, 0, Self.key) }
        let bytes = Self.segment(Self.video + Self.cluster([0], blocks))
        #expect(
            Picture.reason { _ = try Self.frames(bytes, limit: 20_000) }
                == "behind frame 16384 more than 16,384 blocks in a cluster")
    }

    @Test func blocksOfEveryFormAreRead() throws {
        let inter = Picture.interFrame()
        let group = Self.element([0xA0], Self.element([0xA1], [0x81, 0, 20, 0] + inter) + Self.element([0x9B], [20]))
        // EBML lacing: two frames, the first of which has `inter.count` bytes.
        let laced = Self.block(1, 60, [1, 0x80 | UInt8(inter.count)] + inter + inter, flags: 0x06)
        let frames = try Self.frames(
            Self.segment(
                Self.video + Self.cluster([0x03, 0xE8], Self.block(1, 0, Self.key) + group, length: Self.endless)
                    + Self.element([0xEC], [UInt8](repeating: 9, count: 200_000))
                    + Self.cluster([0x03, 0xE8], laced + Self.block(1, 80, inter))))
        #expect(frames.map(\.bytes) == [Self.key, inter, inter, inter, inter])
        #expect(frames.map { Int($0.time.milliseconds) } == [0, 20, 60, 60, 80])
    }

    @Test(.enabled(if: Foreign.isThere, Foreign.absence))
    func filesOfFFmpegAreRead() throws {
        let bytes = try #require(Foreign.clip)
        let reader = try Picture.webmReader(bytes)
        let frames = try Picture.frames { reader.read(into: &$0) }
        let video = frames.filter { $0.track == .video }, audio = frames.filter { $0.track == .audio }
        #expect(video.count == 60 && audio.count >= 100 && audio.count <= 102)
        #expect(video.filter(\.isKeyFrame).count >= 2 && video[0].isKeyFrame)
        #expect(abs((video[59].time - video[0].time).inSeconds - 59.0 / 30) < 0.002)
        #expect(reader.tracks?.video?.size?.description == "320x180")
        #expect(reader.tracks?.audio?.delay == .microseconds(6_500) && reader.tracks?.refused == [])
        for (earlier, later) in zip(frames, frames.dropFirst()) {
            #expect(earlier.track != later.track || earlier.time <= later.time)
        }
    }

    /// Clusters without a length, as a browser records and a camera streams.
    @Test(.enabled(if: Foreign.isThere, Foreign.absence))
    func liveStreamsOfFFmpegAreRead() throws {
        let bytes = try #require(Foreign.clip)
        let live = try Foreign.withFile(bytes, "webm") { url in
            try Foreign.make(
                "webm", ["-i", url.path, "-c", "copy", "-f", "webm", "-live", "1", "-cluster_time_limit", "300"])
        }
        for track in EncodedFrame.Track.allCases {
            let frames = try Self.frames(live).filter { $0.track == track }.map(\.bytes)
            #expect(try frames == Self.frames(bytes).filter { $0.track == track }.map(\.bytes))
        }
        #expect(Data(live).range(of: Data([0x1C, 0x53, 0xBB, 0x6B])) == nil, "there is no index")
    }

    /// libwebm keeps its place between any two bytes.
    @Test(.enabled(if: Foreign.isThere, Foreign.absence))
    func streamMayComeInAnyPieces() throws {
        let bytes = try #require(Foreign.clip), whole = try Self.frames(bytes)
        for piece in [1, 7, 100, 4_095] {
            let pipe = try Sample.pipe()
            let reader = try WebMReader(MediaInput(pipe.reader.duplicate()), isLooping: false)
            var frames: [EncodedFrame] = []
            for begin in stride(from: 0, to: bytes.count, by: piece) {
                Sample.write(Array(bytes[begin..<min(bytes.count, begin + piece)]), to: pipe.writer)
                frames += try Picture.frames { reader.read(into: &$0) }
            }
            try Sample.closeAndForget(pipe.writer)
            frames += try Picture.frames { reader.read(into: &$0) }
            #expect(frames == whole, "pieces of \(piece)")
        }
    }

    @Test(.enabled(if: Foreign.isThere, Foreign.absence))
    func fileIsRepeatedWhenAskedTo() throws {
        let bytes = try #require(Foreign.clip), whole = try Self.frames(bytes)
        let frames = try Self.frames(bytes, loop: true, limit: 3 * whole.count)
        for round in 0..<3 {
            let part = frames[round * whole.count..<(round + 1) * whole.count]
            #expect(part.map(\.bytes) == whole.map(\.bytes))
        }
        #expect(abs(frames[2 * whole.count].time.inSeconds - 4) < 0.1)
    }

    @Test(.enabled(if: Foreign.isThere, Foreign.absence))
    func fileCutAnywhereIsReadAsFarAsItGoes() throws {
        let bytes = try #require(Foreign.clip), whole = try Self.frames(bytes)
        for length in stride(from: 5_000, to: bytes.count, by: 997) {
            let frames = try Self.frames(Array(bytes.prefix(length)))
            #expect(!frames.isEmpty && frames == Array(whole.prefix(frames.count)))
        }
    }

    /// Elements of a known length whose last byte begins the id of another: Debian's libwebm aborts when it is asked to wait
    /// there for the next byte.
    @Test func idBeyondTheEndOfItsParentIsWaitedForWhole() throws {
        for body: [UInt8] in [[0x16], [0x12, 0x54], Self.track(1, 1, "V_VP8") + [0x42]] {
            let bytes = Self.segment(Self.tracks(body) + [0x54, 0xAE, 0x6B, 0x81, 0, 0, 0, 0, 0, 0, 0, 0])
            let whole = Self.reason(bytes)
            #expect(whole == "its elements are damaged")
            for piece in 1...20 { #expect(try Self.reasonOfStream(bytes, piece) == whole, "pieces of \(piece)") }
        }
    }

    /// Why a stream that comes in such pieces is refused.
    static func reasonOfStream(_ bytes: [UInt8], _ piece: Int) throws -> String? {
        let pipe = try Sample.pipe()
        let reader = try WebMReader(MediaInput(pipe.reader.duplicate()), isLooping: false)
        let reason = Picture.reason {
            for begin in stride(from: 0, to: bytes.count, by: piece) {
                Sample.write(Array(bytes[begin..<min(bytes.count, begin + piece)]), to: pipe.writer)
                _ = try Picture.frames { reader.read(into: &$0) }
            }
        }
        try Sample.closeAndForget(pipe.writer)
        return reason ?? Picture.reason { _ = try Picture.frames { reader.read(into: &$0) } }
    }

    @Test(.enabled(if: Foreign.isThere, Foreign.absence))
    func damagedFilesAreReadOrRefused() throws {
        let bytes = try #require(Foreign.clip)
        var random = SplitMix(seed: 1), refused = 0
        let count = Int(ProcessInfo.processInfo.environment["PARLEY_FUZZ"] ?? "") ?? 500
        for _ in 0..<count {
            let damaged = Self.damage(bytes, using: &random)
            let reason = Self.reason(damaged)
            if reason != nil { refused += 1 }
            let piece = Int.random(in: 1...300, using: &random)
            #expect(try Self.reasonOfStream(damaged, piece) == reason, "in pieces of \(piece)")
        }
        #expect(refused > 0 && refused < count)
        print("measured: \(refused) of \(count) damaged WebM files were refused, the others read")
    }

    /// Changes some bytes, more often near the front, where the structure is; or takes some out, or repeats some.
    static func damage(_ bytes: [UInt8], using random: inout SplitMix) -> [UInt8] {
        var damaged = bytes
        for _ in 0...Int.random(in: 0..<6, using: &random) {
            let end = Bool.random(using: &random) ? damaged.count : min(damaged.count, 700)
            let index = Int.random(in: 0..<end, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: damaged.removeSubrange(index..<min(damaged.count, index + Int.random(in: 1...40, using: &random)))
            case 1: damaged.insert(contentsOf: damaged[index..<min(damaged.count, index + 30)], at: index)
            case 2: damaged[index] = 0xFF
            case 3: damaged[index] = 0x01
            case 4: damaged[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            default: damaged[index] = UInt8.random(in: 0...255, using: &random)
            }
        }
        return damaged
    }
}
