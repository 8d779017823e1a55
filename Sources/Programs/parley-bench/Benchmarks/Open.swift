internal import Basics
internal import CBench
internal import Crypto
internal import Noise

extension Benchmark {
    /// Opening one packet in place, the copy that renews it included, beside libsodium in a loop of C.
    static var opens: [Benchmark] {
        [1200, 120].map { byteCount in Benchmark("open-\(byteCount)") { measureOpening(byteCount) } }
    }

    private static func measureOpening(_ byteCount: Int) -> Measurement {
        let repetitions = 500
        let key = [UInt8](0..<32)
        let state = CipherState(cipher: .chaChaPoly, key: SecretBytes(copying: key.rawSpan))
        var sealed = [UInt8](repeating: 1, count: byteCount + CipherState.tagByteCount)
        var bytes = sealed.mutableRawSpan
        state.seal(&bytes, plaintextByteCount: byteCount, counter: 0)
        var packet = sealed
        var opened = 0
        let comparison = Comparison(rounds: 200) {
            for _ in 0..<repetitions {
                unsafe packet.withUnsafeMutableBytes { target in unsafe target.copyBytes(from: sealed) }
                var bytes = packet.mutableRawSpan
                if state.open(&bytes, counter: 0) { opened += 1 }
            }
        } limit: {
            opened += unsafe Int(bench_open(&packet, sealed, sealed.count, key, UInt64(repetitions)))
        }
        precondition(opened == 2 * (comparison.n + 1) * repetitions)
        return comparison.time(repetitions: repetitions)
    }
}
