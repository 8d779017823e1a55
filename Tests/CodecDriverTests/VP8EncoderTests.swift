import Basics
import Foundation
import MediaFiles
import TestSupport
import Testing

@testable import CodecDriver

@Suite struct VP8EncoderTests {
    @Test func barsComeThroughWithTheirStamps() throws {
        let source = try Film.bars(640, 360, count: 30)
        let pictures = try Film.decode(try Film.encode(source, bitrate: .kilobits(800)))
        for (index, picture) in pictures.enumerated() {
            let quality = Film.psnr(picture, Film.bytes(of: source[index]))
            #expect(quality > 32, "frame \(index): \(quality) dB")
        }
        var encoder = VP8Encoder(source[0].size, bitrate: .kilobits(800)), decoder = VP8Decoder()
        let shown = VideoFrame(try Film.size(16, 16))
        for (index, frame) in source.enumerated() {
            let coded = try Film.encode(frame, with: &encoder, at: frame.time)
            let isShown = try Film.decode(coded.bytes, with: &decoder, into: shown)
            #expect(isShown && FrameStamp(reading: shown)?.number == index)
        }
    }

    @Test(.enabled(if: Vectors.media != nil, "PARLEY_MEDIA is not set")) func realClipComesThrough() throws {
        let source = try #require(try Film.clip())
        let pictures = try Film.decode(try Film.encode(source, bitrate: .kilobits(400)))
        let qualities = zip(pictures, source).map { Film.psnr($0, Film.bytes(of: $1)) }
        let mean = qualities.reduce(0, +) / Double(qualities.count)
        print("clip at 400 kbit/s: mean \(mean) dB, least \(qualities.min() ?? 0) dB")
        #expect(qualities.count == 60 && mean > 33 && qualities.allSatisfy { $0 > 28 })
    }

    @Test func noKeyFrameComesUnasked() throws {
        let still = try Film.bars(count: 1)[0]
        var encoder = VP8Encoder(still.size, bitrate: .kilobits(200)), count = 0
        for index in 0..<700 {
            let coded = try Film.encode(still, with: &encoder, at: .milliseconds(33 * index))
            count += coded.picture.isKeyFrame ? 1 : 0
        }
        // A cut, too, is no reason.
        for (index, frame) in try Film.noise(320, 180, count: 8).enumerated() {
            let coded = try Film.encode(frame, with: &encoder, at: .milliseconds(33 * (700 + index)))
            count += coded.picture.isKeyFrame ? 1 : 0
        }
        #expect(count == 1)
    }

    @Test func anotherSizeBeginsWithAKeyFrame() throws {
        var encoder = VP8Encoder(try Film.size(320, 180), bitrate: .kilobits(300)), decoder = VP8Decoder()
        let shown = VideoFrame(try Film.size(16, 16))
        var time = Duration.zero
        for (width, height) in [(320, 180), (640, 360), (175, 143), (1, 1), (33, 7), (320, 180)] {
            let frame = VideoFrame(try Film.size(width, height))
            for index in 0..<6 {
                time += .milliseconds(33)
                let coded = try Film.encode(frame, with: &encoder, at: time)
                #expect(coded.picture.isKeyFrame == (index == 0))
                #expect(coded.picture.size == frame.size)
                let isShown = try Film.decode(coded.bytes, with: &decoder, into: shown)
                #expect(isShown && shown.size == frame.size)
            }
        }
    }

    @Test func timesThatStandStillOrGoBackDoNoHarm() throws {
        let frames = try Film.bars(count: 6)
        var encoder = VP8Encoder(frames[0].size, bitrate: .kilobits(300))
        for (frame, time) in zip(frames, [5, 5, 4, 3_600_000, 10, 3_600_001]) {
            let coded = try Film.encode(frame, with: &encoder, at: .milliseconds(time))
            #expect(!coded.bytes.isEmpty)
        }
    }

    /// Ten seconds at each rate: what comes out of the last eight of them lies within a tenth, whatever was before.
    @Test(.enabled(if: Vectors.media != nil, "PARLEY_MEDIA is not set")) func rateFollowsWhatIsWished() throws {
        let film = try #require(try Film.clip())
        var encoder = VP8Encoder(film[0].size, bitrate: .kilobits(300))
        var time = Duration.zero, number = 0
        for kilobits in [300, 120, 500, 200] {
            encoder.setBitrate(.kilobits(kilobits))
            var byteCount = 0
            for index in 0..<300 {
                // Forward and back again, so that no cut falls between.
                let place = number % (2 * film.count - 2)
                let frame = film[place < film.count ? place : 2 * film.count - 2 - place]
                let coded = try Film.encode(frame, with: &encoder, at: time)
                if index >= 60 { byteCount += coded.bytes.count }
                time += .nanoseconds(33_333_333)
                number += 1
            }
            let rate = Double(byteCount) * 8 / 8 / 1_000
            print("wished \(kilobits), came \(rate) kbit/s")
            #expect(abs(rate / Double(kilobits) - 1) < 0.1, "wished \(kilobits), came \(rate)")
        }
    }

    @Test func rateIsBroughtIntoItsRange() throws {
        var encoder = VP8Encoder(try Film.size(64, 48), bitrate: Bitrate(bitsPerSecond: 0))
        #expect(encoder.bitrate == VP8Encoder.leastBitrate)
        encoder.setBitrate(Bitrate(bitsPerSecond: .max))
        #expect(encoder.bitrate == VP8Encoder.highestBitrate)
        let coded = try Film.encode(VideoFrame(encoder.size), with: &encoder, at: .zero)
        #expect(coded.picture.isKeyFrame)
    }
}
