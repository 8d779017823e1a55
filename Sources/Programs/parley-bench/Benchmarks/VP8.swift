internal import Basics
internal import CodecDriver
internal import MediaFiles

extension Benchmark {
    /// A frame of 640x360 through our encoder and decoder, beside libvpx called with the same settings; and the allocations
    /// of both for one frame.
    static var vp8: [Benchmark] {
        [
            Benchmark("vp8-encode") { VP8Work().measureEncoding() },
            Benchmark("vp8-decode") { VP8Work().measureDecoding() },
            Benchmark("mallocs-vp8-frame") { VP8Work().countAllocations() },
        ]
    }
}

/// A second of `test:bars`, and both ways to encode and decode it.
struct VP8Work {
    private static let kilobits = 800
    private static let rounds = 30
    private static let frameCount = 32

    private let frames: [VideoFrame]
    private let size: FrameSize

    init() {
        let source = VideoSource.bars()
        guard let size = source.size else { preconditionFailure("bars have a size") }
        self.size = size
        frames = (0..<Self.frameCount).map { _ in
            let frame = VideoFrame(size)
            _ = source.read(into: frame)
            return frame
        }
    }

    func measureEncoding() -> Measurement {
        let raw = RawVP8(size, kilobits: Self.kilobits)
        var encoder = VP8Encoder(size, bitrate: .kilobits(Self.kilobits)), number = 0
        return Comparison(rounds: Self.rounds) {
            for frame in frames { encode(frame, with: &encoder, &number) }
        } limit: {
            for frame in frames { _ = raw.encode(frame) }
        }.time(repetitions: Self.frameCount)
    }

    /// Our cost has the copy of the picture out of libvpx, which keeps only the newest.
    func measureDecoding() -> Measurement {
        let coded = coded(), raw = RawVP8(size, kilobits: Self.kilobits), picture = VideoFrame(size)
        var decoder = VP8Decoder()
        return Comparison(rounds: Self.rounds) {
            for bytes in coded { decode(bytes, with: &decoder, into: picture) }
        } limit: {
            for bytes in coded { raw.decode(bytes) }
        }.time(repetitions: Self.frameCount)
    }

    /// Allocations of a frame that is encoded and decoded, ours and libvpx's.
    func countAllocations() -> Measurement {
        var encoder = VP8Encoder(size, bitrate: .kilobits(Self.kilobits)), decoder = VP8Decoder(), number = 0
        let picture = VideoFrame(size), coded = coded()
        for (frame, bytes) in zip(frames, coded) {
            encode(frame, with: &encoder, &number)
            decode(bytes, with: &decoder, into: picture)
        }
        let count = Allocations.count {
            for index in frames.indices {
                encode(frames[index], with: &encoder, &number)
                decode(coded[index], with: &decoder, into: picture)
            }
        }
        return Measurement(
            value: Double(count) / Double(Self.frameCount), unit: "mallocs", limit: 0, n: Self.frameCount)
    }

    private func encode(_ frame: VideoFrame, with encoder: inout VP8Encoder, _ number: inout Int) {
        let isTaken = encoder.encode(frame, at: .microseconds(33_333 * number)) { _, _ in }
        precondition(isTaken)
        number += 1
    }

    private func decode(_ bytes: [UInt8], with decoder: inout VP8Decoder, into picture: VideoFrame) {
        do throws(VP8DecodeError) {
            _ = try decoder.decode(bytes.rawSpan, into: picture)
        } catch { preconditionFailure("our own frames can be decoded: \(error)") }
    }

    private func coded() -> [[UInt8]] {
        var encoder = VP8Encoder(size, bitrate: .kilobits(Self.kilobits))
        return frames.enumerated().map { index, frame in
            var coded: [UInt8] = []
            _ = encoder.encode(frame, at: .microseconds(33_333 * index)) { coded = [UInt8]($1) }
            return coded
        }
    }
}
