internal import Basics
internal import COpus
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
private struct OpusWork {
    private static let bitrate = Bitrate.kilobits(32)
    private static let frameCount = 10
    private static let rounds = 300

    private let frames: [[Float]]

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

/// libopus alone, with the settings of our encoder.
@safe
private final class RawOpus {
    private let encoder: OpaquePointer
    private let decoder: OpaquePointer
    private let packetByteCount: Int32
    private var packet = [UInt8](repeating: 0, count: 1_280)
    private var samples = [Float](repeating: 0, count: 5_760)

    init(packetByteCount: Int) {
        guard let encoder = unsafe opus_encoder_create(48_000, 1, OPUS_APPLICATION_AUDIO, nil),
            let decoder = unsafe opus_decoder_create(48_000, 1, nil)
        else { preconditionFailure("libopus makes encoders and decoders") }
        unsafe self.encoder = encoder
        unsafe self.decoder = decoder
        self.packetByteCount = Int32(packetByteCount)
        let settings = [
            (OPUS_SET_BITRATE_REQUEST, Int32(Double(packetByteCount * 400) * 0.92)), (OPUS_SET_VBR_REQUEST, 1),
            (OPUS_SET_VBR_CONSTRAINT_REQUEST, 0), (OPUS_SET_COMPLEXITY_REQUEST, 5),
            (OPUS_SET_SIGNAL_REQUEST, OPUS_SIGNAL_VOICE), (OPUS_SET_MAX_BANDWIDTH_REQUEST, OPUS_BANDWIDTH_WIDEBAND),
            (OPUS_SET_INBAND_FEC_REQUEST, 1),
        ]
        for (request, value) in settings { _ = unsafe parley_opus_encoder_set(encoder, request, value) }
    }

    deinit {
        unsafe opus_encoder_destroy(encoder)
        unsafe opus_decoder_destroy(decoder)
    }

    func encode(_ frame: [Float]) {
        let count = unsafe opus_encode_float(encoder, frame, 960, &packet, packetByteCount)
        _ = unsafe opus_packet_pad(&packet, count, packetByteCount)
    }

    func decode(_ packet: [UInt8]) {
        _ = unsafe opus_decode_float(decoder, packet, Int32(packet.count), &samples, 5_760, 0)
    }
}
