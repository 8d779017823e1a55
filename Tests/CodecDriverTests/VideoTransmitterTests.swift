import Basics
import Foundation
import MediaFiles
import MediaURIs
import Platform
import RTP
import Testing

@testable import CodecDriver

/// The sending half of a picture in virtual time.
@Suite struct VideoTransmitterTests {
    /// A transmitter, its ring, and what came out.
    final class Bench {
        struct Sent {
            let header: OutgoingPicture, bytes: [UInt8], at: Instant
        }

        let ring = FrameRing<OutgoingPicture>(
            capacity: 8, slotByteCount: 1 << 16,
            filler: OutgoingPicture(
                picture: VP8Picture(
                    isKeyFrame: false, layer: TemporalLayer(index: 0, isSync: false), baseIndex: 0,
                    size: VideoTransmitter.smallest), mediaTime: 0, due: .zero))
        var transmitter: VideoTransmitter
        var sent: [Sent] = []
        private let box = Box()
        private final class Box { var events: [VideoSendingEvent] = [] }

        var events: [VideoSendingEvent] { box.events }

        init(_ source: MediaSource? = nil, bitrate: Bitrate = .kilobits(300)) {
            let box = box
            transmitter = VideoTransmitter(bitrate: bitrate, ring: ring) { box.events.append($0) }
            if let source { transmitter.setSource(PictureLane(id: 7, source)) }
        }

        /// Runs at `now`; what was sent is taken unless the network sleeps.
        @discardableResult
        func run(at now: Instant, taking: Bool = true) -> Instant? {
            let next = transmitter.run(at: now)
            if taking { take(at: now) }
            return next
        }

        func take(at now: Instant) {
            while ring.pop({ sent.append(Sent(header: $0, bytes: [UInt8]($1), at: now)) }) {}
        }

        /// Runs whenever it asks to, until `end`; each picture takes `cost` to encode.
        func run(from begin: Instant, until end: Instant, cost: Duration = .zero) {
            var now = begin
            while now <= end {
                let before = transmitter.transmission.frames
                guard let next = run(at: now) else { return }
                now = max(next, transmitter.transmission.frames > before ? now + cost : now)
            }
        }
    }

    static let start = Instant.zero + .seconds(5)

    static func bars(_ width: Int = 160, _ height: Int = 90) throws -> MediaSource {
        .pictures(.bars(try Film.size(width, height)))
    }

    static func file(_ bytes: [UInt8], _ uri: String) throws -> MediaSource {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try Data(bytes).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        return try MediaSource.open(SourceURI(uri), .open(url.path, O_RDONLY))
    }

    static func y4m(_ frames: [VideoFrame], _ rate: String = "30:1") -> [UInt8] {
        let size = frames[0].size
        return Array("YUV4MPEG2 W\(size.width) H\(size.height) F\(rate)\n".utf8)
            + frames.flatMap { Array("FRAME\n".utf8) + Film.bytes(of: $0) }
    }

    /// An IVF file of these frames at 30 a second.
    static func ivf(_ frames: [Film.Coded]) -> [UInt8] {
        func little(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        let size = frames[0].picture.size
        return Array("DKIF".utf8) + little(0, 2) + little(32, 2) + Array("VP80".utf8) + little(size.width, 2)
            + little(size.height, 2) + little(30, 4) + little(1, 4) + little(frames.count, 4) + little(0, 4)
            + frames.enumerated().flatMap { little($1.bytes.count, 4) + little($0, 8) + $1.bytes }
    }

    @Test func nothingIsReadBeforeTheStart() throws {
        let bench = Bench(try Self.bars())
        #expect(bench.run(at: Self.start) == nil)
        #expect(bench.sent.isEmpty && bench.events.isEmpty)
    }

    @Test func picturesAreSentWhenTheyAreDue() throws {
        let bench = Bench(try Self.bars())
        bench.transmitter.start(at: Self.start)
        bench.run(from: Self.start + .milliseconds(100), until: Self.start + .milliseconds(1_090))
        #expect(bench.sent.count == 30 && bench.events == [.sendingStarted])
        for (index, frame) in bench.sent.enumerated() {
            #expect(frame.at == frame.header.due)
            #expect(abs(Int(frame.header.mediaTime) - 9_000 - index * 3_000) <= 1)
            #expect(frame.header.picture.isKeyFrame == (index == 0))
        }
        #expect(bench.transmitter.transmission.frames == 30 && bench.transmitter.transmission.keyFrames == 1)
        #expect(bench.transmitter.transmission.payloadBytes == bench.sent.reduce(0) { $0 + $1.bytes.count })
    }

    @Test func fileEndsOrBeginsAgain() throws {
        let bytes = Self.y4m(try Film.bars(64, 48, count: 5))
        for (uri, count) in [("file:x.y4m", 5), ("file:x.y4m?loop=1", 31)] {
            let bench = Bench(try Self.file(bytes, uri))
            bench.transmitter.start(at: Self.start)
            bench.run(from: Self.start, until: Self.start + .milliseconds(1_001))
            #expect(bench.sent.count == count, "\(uri)")
            #expect(bench.events.contains(.sourceEnded(source: 7, error: nil)) == (count == 5))
        }
    }

    @Test func latePicturesAreDroppedAndLayersStayTrue() throws {
        let bench = Bench(try Self.bars())
        bench.transmitter.start(at: Self.start)
        // Every picture takes as long as two and a half.
        bench.run(from: Self.start, until: Self.start + .seconds(3), cost: .milliseconds(83))
        let transmission = bench.transmitter.transmission
        #expect((35...38).contains(transmission.frames) && (50...56).contains(transmission.lateFrames))
        #expect(bench.sent.map(\.header.picture.layer.index) == bench.sent.indices.map { [0, 2, 1, 2][$0 % 4] })
        for frame in bench.sent { #expect(frame.at - frame.header.due < .milliseconds(34)) }
        let pictures = try Film.decode(bench.sent.map { Film.Coded(picture: $0.header.picture, bytes: $0.bytes) })
        #expect(pictures.count == bench.sent.count)
    }

    @Test func stoppedThreadGoesOnWhereItWas() throws {
        let bench = Bench(try Self.file(Self.y4m(try Film.bars(64, 48, count: 60)), "file:x.y4m"))
        bench.transmitter.start(at: Self.start)
        bench.run(from: Self.start, until: Self.start + .milliseconds(320))
        #expect(bench.sent.count == 10)
        bench.run(from: Self.start + .seconds(20), until: Self.start + .milliseconds(21_000))
        #expect(bench.transmitter.transmission.lateFrames == 0 && bench.sent.count == 41)
        #expect(bench.sent[10].header.mediaTime == 1_800_000)
    }

    @Test func networkThatTakesNothingCostsPicturesNotTheStream() throws {
        let bench = Bench(try Self.bars())
        bench.transmitter.start(at: Self.start)
        var now = Self.start
        for _ in 0..<40 { now = max(now, bench.run(at: now, taking: false) ?? now) }
        #expect(bench.transmitter.transmission.frames == 8 && bench.transmitter.transmission.refusedFrames > 10)
        bench.take(at: now)
        bench.run(from: now, until: now + .milliseconds(300))
        #expect(bench.sent.count > 14)
        #expect(bench.sent.map(\.header.picture.layer.index) == bench.sent.indices.map { [0, 2, 1, 2][$0 % 4] })
    }

    @Test func keyFrameComesOnRequestAndAfterMute() throws {
        let bench = Bench(try Self.bars())
        bench.transmitter.start(at: Self.start)
        bench.run(from: Self.start, until: Self.start + .milliseconds(200))
        bench.transmitter.requestKeyFrame()
        bench.run(from: Self.start + .milliseconds(230), until: Self.start + .milliseconds(400))
        let spoken = bench.sent.count
        #expect(bench.sent.map(\.header.picture.isKeyFrame).filter { $0 }.count == 2)
        bench.transmitter.setMuted(true)
        bench.run(from: Self.start + .milliseconds(430), until: Self.start + .milliseconds(800))
        #expect(bench.sent.count == spoken)
        bench.transmitter.setMuted(false)
        bench.run(from: Self.start + .milliseconds(830), until: Self.start + .milliseconds(1_000))
        #expect(bench.sent[spoken].header.picture.isKeyFrame && bench.sent.count > spoken + 4)
        // The source ran on meanwhile.
        var decoder = VP8Decoder()
        let shown = VideoFrame(try Film.size(16, 16))
        _ = try Film.decode(bench.sent[spoken].bytes, with: &decoder, into: shown)
        let stamp = try #require(FrameStamp(reading: shown))
        #expect(stamp.number > 20)
    }

    @Test func largePicturesAreScaledWithTheirProportions() throws {
        let bench = Bench(try Self.bars(320, 180))
        bench.transmitter.setLimit(try Film.size(161, 161))
        bench.transmitter.start(at: Self.start)
        bench.run(from: Self.start, until: Self.start + .milliseconds(100))
        let small = try Film.size(160, 90), large = try Film.size(320, 180)
        #expect(bench.sent.count > 2 && bench.sent.allSatisfy { $0.header.picture.size == small })
        bench.transmitter.setLimit(nil)
        bench.run(from: Self.start + .milliseconds(133), until: Self.start + .milliseconds(200))
        #expect(bench.sent.last?.header.picture.size == large)
        #expect(bench.sent.filter(\.header.picture.isKeyFrame).count == 2)
    }

    @Test(arguments: [
        (1_920, 1_080, 640, 360, 640, 360), (1_080, 1_920, 640, 360, 202, 360), (640, 360, 640, 360, 0, 0),
        (4_096, 1, 100, 100, 100, 1), (500, 500, 333, 999, 332, 332),
    ])
    func sizesAreFitted(width: Int, height: Int, toWidth: Int, toHeight: Int, newWidth: Int, newHeight: Int) throws {
        let fitted = try Film.size(width, height).fitted(into: try Film.size(toWidth, toHeight))
        #expect(fitted == FrameSize(width: newWidth, height: newHeight))
    }

    @Test func whatACodecMadeIsEncodedAnew() throws {
        let coded = try Film.encode(try Film.bars(160, 90, count: 30))
        let bench = Bench(try Self.file(Self.ivf(coded), "file:x.ivf?loop=1"))
        bench.transmitter.start(at: Self.start)
        bench.run(from: Self.start, until: Self.start + .milliseconds(1_990))
        #expect(bench.sent.count == 60)
        #expect(bench.sent.filter(\.header.picture.isKeyFrame).count == 1, "the key frame of the file is none of ours")
        var decoder = VP8Decoder()
        let shown = VideoFrame(try Film.size(16, 16))
        for (index, frame) in bench.sent.enumerated() {
            _ = try Film.decode(frame.bytes, with: &decoder, into: shown)
            #expect(FrameStamp(reading: shown)?.number == index % 30)
        }
    }

    @Test func fileOfWhichNothingCanBeDecodedEndsWithTheReason() throws {
        let coded = try Film.encode(try Film.bars(160, 90, count: 6)).map { frame in
            Film.Coded(picture: frame.picture, bytes: Array(frame.bytes.prefix(10)))
        }
        let bench = Bench(try Self.file(Self.ivf(coded), "file:x.ivf"))
        bench.transmitter.start(at: Self.start)
        bench.run(from: Self.start, until: Self.start + .seconds(1))
        #expect(bench.sent.isEmpty && bench.transmitter.transmission.undecodableFrames == 6)
        guard case .sourceEnded(7, let error)? = bench.events.last else { throw Film.Failure() }
        #expect(error?.reason == "none of its frames can be decoded" && error?.fault == .data)
    }

    @Test func picturesOfAPipeAreSentWhenTheyAreWhole() throws {
        let frames = try Film.bars(64, 48, count: 3), pipe = try Sound.pipe()
        let bytes = Self.y4m(frames), head = bytes.count - 3 * (6 + frames[0].size.byteCount)
        let bench = Bench(try MediaSource.open(SourceURI("pipe:0"), pipe.reader.duplicate()))
        bench.transmitter.start(at: Self.start)
        #expect(bench.run(at: Self.start) == nil && bench.transmitter.awaitedDescriptor != nil)
        let ends = (1...3).map { head + $0 * (6 + frames[0].size.byteCount) }
        try pipe.writer.writeAll(Array(bytes[..<1_000]).rawSpan)
        #expect(bench.run(at: Self.start + .milliseconds(10)) == nil && bench.sent.isEmpty)
        try pipe.writer.writeAll(Array(bytes[1_000..<ends[0]]).rawSpan)
        bench.run(at: Self.start + .milliseconds(20))
        #expect(bench.sent.count == 1 && bench.sent[0].header.due == Self.start + .milliseconds(20))
        // The second comes 7 ms late, the third too soon: it makes all of that good.
        bench.run(at: Self.start + .milliseconds(54))
        try pipe.writer.writeAll(Array(bytes[ends[0]...]).rawSpan)
        bench.run(at: Self.start + .milliseconds(60))
        #expect(bench.sent.count == 2)
        let next = try #require(bench.run(at: Self.start + .milliseconds(61)))
        #expect(next > Self.start + .milliseconds(85) && next < Self.start + .milliseconds(88))
        bench.run(at: next)
        #expect(bench.sent.count == 3 && bench.transmitter.transmission.lateFrames == 0)
    }

    @Test func pipeOfSoundEndsWithTheReason() throws {
        let pipe = try Sound.pipe()
        let bench = Bench(try MediaSource.open(SourceURI("pipe:0"), pipe.reader.duplicate()))
        try pipe.writer.writeAll(Sound.wav(Sound.tone(440, count: 4_800)).rawSpan)
        bench.transmitter.start(at: Self.start)
        bench.run(at: Self.start)
        guard case .sourceEnded(7, let error)? = bench.events.last else { throw Film.Failure() }
        #expect(error?.reason == "it is sound; a picture is wanted")
    }
}
