internal import COpus

/// Makes mono sound at 48 kHz of Opus packets, and guesses at what is missing between them.
@safe
public struct OpusDecoder: ~Copyable {
    /// The most samples of one packet: 120 ms.
    public static let maximumSampleCount = 5_760

    private let decoder: OpaquePointer

    /// A decoder that has heard nothing.
    public init() {
        var error: Int32 = 0
        guard let decoder = unsafe opus_decoder_create(48_000, 1, &error) else {
            preconditionFailure("the decoder could not be made: error \(error)")
        }
        unsafe self.decoder = decoder
    }

    deinit { unsafe opus_decoder_destroy(decoder) }

    /// Forgets what was decoded so far: another source speaks.
    public func reset() {
        let result = unsafe parley_opus_decoder_set(decoder, OPUS_RESET_STATE, 0)
        precondition(result == OPUS_OK)
    }

    /// Makes what is decoded louder, by `gain` / 256 dB of 16 bits: a track may ask for that (RFC 7845 §5.1).
    func setGain(_ gain: Int) {
        precondition(Int(Int16.min)...Int(Int16.max) ~= gain)
        let result = unsafe parley_opus_decoder_set(decoder, OPUS_SET_GAIN_REQUEST, Int32(gain))
        precondition(result == OPUS_OK)
    }

    /// Decodes `packet` to the front of `samples`. Returns the number of samples; nil when the packet is malformed.
    public func decode(_ packet: RawSpan, into samples: inout MutableSpan<Float>) -> Int? {
        guard !packet.isEmpty else { return nil }  // to Opus that would be a loss
        return unsafe packet.withUnsafeBytes { bytes in
            let start = unsafe bytes.bindMemory(to: UInt8.self).baseAddress
            return unsafe decode(start, bytes.count, into: &samples, sampleCount: samples.count, copy: false)
        }
    }

    /// Decodes the copy of the frame before `packet` that it carries: `sampleCount` samples. Nil when it is malformed.
    public func recover(
        from packet: RawSpan, into samples: inout MutableSpan<Float>, sampleCount: Int
    ) -> Int? {
        unsafe packet.withUnsafeBytes { bytes in
            let start = unsafe bytes.bindMemory(to: UInt8.self).baseAddress
            return unsafe decode(start, bytes.count, into: &samples, sampleCount: sampleCount, copy: true)
        }
    }

    /// Guesses the next `sampleCount` samples, a multiple of 120 (2.5 ms) up to 120 ms. Returns `sampleCount`.
    public func conceal(into samples: inout MutableSpan<Float>, sampleCount: Int) -> Int {
        precondition(sampleCount % 120 == 0 && sampleCount <= Self.maximumSampleCount)
        guard let count = unsafe decode(nil, 0, into: &samples, sampleCount: sampleCount, copy: false) else {
            preconditionFailure("a guess needs no packet")
        }
        return count
    }

    private func decode(
        _ packet: UnsafePointer<UInt8>?, _ byteCount: Int, into samples: inout MutableSpan<Float>, sampleCount: Int,
        copy: Bool
    ) -> Int? {
        precondition(sampleCount <= samples.count)
        let count = unsafe samples.withUnsafeMutableBufferPointer { samples in
            guard let first = samples.baseAddress else { return Int32(0) }
            return unsafe opus_decode_float(
                decoder, packet, Int32(byteCount), first, Int32(sampleCount), copy ? 1 : 0)
        }
        return count > 0 ? Int(count) : nil
    }
}
