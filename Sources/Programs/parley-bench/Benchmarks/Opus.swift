internal import Basics
internal import CodecDriver

extension Benchmark {
    /// One frame of speech through our encoder and decoder, beside libopus called with the same settings.
    static var opus: [Benchmark] {
        [
            Benchmark("opus-encode") { OpusWork().measureEncoding() },
            Benchmark("opus-decode") { OpusWork().measureDecoding() },
        ]
    }
}

/// 200 ms of something like speech, and both ways to encode and decode it.
struct OpusWork {
    static let bitrate = Bitrate.kilobits(32)
    private static let frameCount = 10
    private static let rounds = 300

    let frames: [[Float]]

    init() {
        var noise: UInt32 = 1
        var sample = 0
        frames = (0..<Self.frameCount).map { _ in
            (0..<OpusEncoder.frameSampleCount).map { _ in
                noise = noise &* 1_664_525 &+ 1_013_904_223
                sample += 1
                // A voice's pulses, 120 a second, in which a quarter of the time is silence, and a breath of noise.
                let isPause = sample / 2_400 % 4 == 3
                let phase = Float(sample % 400) / 400
                let pulse = isPause ? 0 : 0.4 * (1 - phase) * (1 - phase) * (phase < 0.5 ? 1 : -1)
                return pulse + 0.01 * (Float(noise >> 8) / Float(1 << 24) - 0.5)
            }
        }
    }

    func measureEncoding() -> Measurement {
        let encoder = OpusEncoder(bitrate: Self.bitrate), raw = RawOpus(packetByteCount: encoder.packetByteCount)
        var packet = [UInt8](repeating: 0, count: 1_280)
        return Comparison(rounds: Self.rounds) {
            for frame in frames {
                var span = packet.mutableRawSpan
                _ = encoder.encode(frame.span, into: &span)
            }
        } limit: {
            for frame in frames { raw.encode(frame) }
        }.time(repetitions: Self.frameCount)
    }

    func measureDecoding() -> Measurement {
        let encoder = OpusEncoder(bitrate: Self.bitrate), decoder = OpusDecoder()
        let raw = RawOpus(packetByteCount: encoder.packetByteCount)
        var packet = [UInt8](repeating: 0, count: 1_280)
        let packets = frames.map { frame in
            var span = packet.mutableRawSpan
            let count = encoder.encode(frame.span, into: &span)
            return Array(packet.prefix(count))
        }
        var samples = [Float](repeating: 0, count: OpusDecoder.maximumSampleCount)
        return Comparison(rounds: Self.rounds) {
            for packet in packets {
                var span = samples.mutableSpan
                _ = decoder.decode(packet.rawSpan, into: &span)
            }
        } limit: {
            for packet in packets { raw.decode(packet) }
        }.time(repetitions: Self.frameCount)
    }
}
