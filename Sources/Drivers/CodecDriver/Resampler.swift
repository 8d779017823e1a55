internal import CSpeexDSP

/// Brings sound from one sampling rate to another (the Speex resampler: a windowed sinc).
@safe
struct Resampler: ~Copyable {
    private let state: OpaquePointer

    /// 0 to 10: this keeps the band up to 0.95 of the lower rate's half, with its images 80 dB down.
    private static let quality: Int32 = 7

    /// A resampler; both rates in Hz.
    init(from source: Int, to target: Int) {
        precondition(source > 0 && target > 0)
        var error: Int32 = 0
        guard let state = unsafe speex_resampler_init(1, UInt32(source), UInt32(target), Self.quality, &error) else {
            preconditionFailure("the resampler could not be made: error \(error)")
        }
        unsafe self.state = state
        unsafe speex_resampler_skip_zeros(state)  // the filter's delay is not heard as a delay
    }

    deinit { unsafe speex_resampler_destroy(state) }

    /// Samples that must follow the last one until all of it has come out.
    var inputLatency: Int { Int(unsafe speex_resampler_get_input_latency(state)) }

    /// Takes samples from the front of `input` and puts others to the front of `output`, until one is used up.
    mutating func process(
        _ input: Span<Float>, into output: inout MutableSpan<Float>
    ) -> (consumed: Int, produced: Int) {
        var consumed = UInt32(input.count), produced = UInt32(output.count)
        let result = unsafe input.withUnsafeBufferPointer { input in
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe speex_resampler_process_float(
                    state, 0, input.baseAddress, &consumed, output.baseAddress, &produced)
            }
        }
        precondition(result == 0, "the resampler takes any samples")
        return (Int(consumed), Int(produced))
    }
}
