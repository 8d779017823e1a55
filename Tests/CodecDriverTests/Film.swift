import Basics
import Foundation
import MediaFiles
import MediaURIs
import Platform
import TestSupport
import Testing

@testable import CodecDriver

/// Pictures for tests, and what codecs make of them.
enum Film {
    /// A frame of VP8 with what the encoder says of it.
    struct Coded: Sendable {
        let picture: VP8Picture, bytes: [UInt8]
    }

    struct Failure: Error {}

    static func size(_ width: Int, _ height: Int) throws -> FrameSize {
        try #require(FrameSize(width: width, height: height))
    }

    /// The first `count` frames of `test:bars`.
    static func bars(_ width: Int = 320, _ height: Int = 180, count: Int) throws -> [VideoFrame] {
        let source = VideoSource.bars(try size(width, height))
        return try (0..<count).map { _ in
            let frame = VideoFrame(try size(16, 16))
            guard source.read(into: frame) == .frame else { throw Failure() }
            return frame
        }
    }

    /// The real clip, 320x180 at 20 frames a second; nil when there is none.
    static func clip() throws -> [VideoFrame]? {
        guard let path = Vectors.media?.appendingPathComponent("cockatoo_180p_60f.y4m").path else { return nil }
        guard case .pictures(let source) = try MediaSource.open(SourceURI("file:c.y4m"), .open(path, O_RDONLY)) else {
            throw Failure()
        }
        var frames: [VideoFrame] = []
        while true {
            let frame = VideoFrame(try size(16, 16))
            guard source.read(into: frame) == .frame else { return frames }
            frames.append(frame)
        }
    }

    /// Noise that moves: nothing is harder to encode.
    static func noise(_ width: Int, _ height: Int, count: Int) throws -> [VideoFrame] {
        var random = SplitMix(seed: 9)
        return try (0..<count).map { index in
            let frame = VideoFrame(try size(width, height))
            frame.time = .milliseconds(33 * index)
            frame.withMutableBytes { bytes in
                for offset in 0..<bytes.byteCount {
                    bytes.storeBytes(
                        of: UInt8.random(in: 0...255, using: &random), toByteOffset: offset, as: UInt8.self)
                }
            }
            return frame
        }
    }

    /// Encodes `frames`, those at `keys` as key frames.
    static func encode(
        _ frames: [VideoFrame], bitrate: Bitrate = .kilobits(400), keys: Set<Int> = []
    ) throws -> [Coded] {
        var encoder = VP8Encoder(try #require(frames.first).size, bitrate: bitrate)
        return try frames.enumerated().map { index, frame in
            if keys.contains(index) { encoder.requestKeyFrame() }
            return try encode(frame, with: &encoder, at: .milliseconds(33 * index))
        }
    }

    static func encode(
        _ frame: VideoFrame, with encoder: inout VP8Encoder, at time: Duration
    ) throws -> Coded {
        var coded: Coded?
        let isTaken = encoder.encode(frame, at: time) { coded = Coded(picture: $0, bytes: [UInt8]($1)) }
        #expect(isTaken)
        return try #require(coded)
    }

    /// The picture of each frame, or the error.
    static func decode(_ frames: [Coded]) throws -> [[UInt8]] {
        var decoder = VP8Decoder()
        let picture = VideoFrame(try size(16, 16))
        return try frames.map { frame in
            let isShown = try decode(frame.bytes, with: &decoder, into: picture)
            #expect(isShown)
            return bytes(of: picture)
        }
    }

    static func decode(
        _ bytes: [UInt8], with decoder: inout VP8Decoder, into picture: VideoFrame
    ) throws(VP8DecodeError) -> Bool {
        try decoder.decode(bytes.rawSpan, into: picture)
    }

    /// Why the decoder refuses `bytes`; nil when it does not.
    static func refusal(of bytes: [UInt8], by decoder: inout VP8Decoder) -> VP8DecodeError? {
        do throws(VP8DecodeError) {
            guard let size = FrameSize(width: 16, height: 16) else { return nil }
            _ = try decode(bytes, with: &decoder, into: VideoFrame(size))
            return nil
        } catch { return error }
    }

    static func bytes(of frame: VideoFrame) -> [UInt8] { frame.withBytes { [UInt8]($0) } }

    /// Peak signal to noise of all planes, in decibels.
    static func psnr(_ one: [UInt8], _ other: [UInt8]) -> Double {
        precondition(one.count == other.count)
        var sum = 0
        for index in one.indices {
            let difference = Int(one[index]) - Int(other[index])
            sum += difference * difference
        }
        return 10 * log10(255 * 255 * Double(one.count) / Double(max(1, sum)))
    }

    /// The frames of a stream of VP8 in a file.
    static func frames(ofIVF path: String) throws -> [EncodedFrame] {
        guard case .encoded(let source) = try MediaSource.open(SourceURI("file:x.ivf"), .open(path, O_RDONLY)) else {
            throw Failure()
        }
        var frames: [EncodedFrame] = [], frame = EncodedFrame()
        while source.read(into: &frame) == .frame { frames.append(frame) }
        return frames
    }
}
