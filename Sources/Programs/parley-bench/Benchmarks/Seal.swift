internal import Basics
internal import CBench
internal import Crypto
internal import Noise

extension Benchmark {
    /// Sealing one packet by a transport cipher state, beside libsodium in a loop of C. 1,200 bytes are a full packet,
    /// 120 one of speech.
    static var seals: [Benchmark] {
        [1200, 120].map { byteCount in Benchmark("seal-\(byteCount)") { measureSealing(byteCount) } }
    }

    private static func measureSealing(_ byteCount: Int) -> Measurement {
        let repetitions = 500
        let key = [UInt8](0..<32)
        let state = CipherState(cipher: .chaChaPoly, key: SecretBytes(copying: key.rawSpan))
        var packet = [UInt8](repeating: 1, count: byteCount + CipherState.tagByteCount)
        return Comparison(rounds: 200) {
            var bytes = packet.mutableRawSpan
            for counter in 0..<UInt64(repetitions) {
                state.seal(&bytes, plaintextByteCount: byteCount, counter: counter)
            }
        } limit: {
            unsafe bench_seal(&packet, byteCount, key, UInt64(repetitions))
        }.time(repetitions: repetitions)
    }
}
