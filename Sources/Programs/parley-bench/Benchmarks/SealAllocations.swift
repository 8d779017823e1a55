internal import Basics
internal import Crypto
internal import Noise

extension Benchmark {
    /// Allocations for sealing and opening one packet: none.
    static let sealAllocations = Benchmark("mallocs-seal-open") {
        let repetitions = 10_000
        let state = CipherState(cipher: .chaChaPoly, key: SecretBytes(copying: [UInt8](0..<32).rawSpan))
        var packet = [UInt8](repeating: 1, count: 1200 + CipherState.tagByteCount)
        let count = Allocations.count {
            var bytes = packet.mutableRawSpan
            for counter in 0..<UInt64(repetitions) {
                state.seal(&bytes, plaintextByteCount: 1200, counter: counter)
                precondition(state.open(&bytes, counter: counter))
            }
        }
        return Measurement(value: Double(count) / Double(repetitions), unit: "mallocs", limit: 0, n: repetitions)
    }
}
