internal import CBench

extension Benchmark {
    private static let burst = 32
    private static let rounds = 200
    /// RTP header, and the first byte of it that says so, before a frame of 80 bytes.
    private static let plaintextByteCount = 12 + 80

    /// One audio packet through a whole node, beside libsodium sealing or opening the same in a loop of C: call, permit,
    /// path, counters, receipts and timers included, the kernel not.
    static let nodePackets = [
        Benchmark("node-send") {
            let pair = try NodePair()
            return compare(
                before: {
                    pair.receive()
                    pair.settle()
                }, work: { pair.send(burst) }, limit: rawSeal)
        },
        Benchmark("node-receive") {
            let pair = try NodePair()
            return compare(
                before: {
                    pair.settle()
                    pair.send(burst)
                }, work: { pair.receive() }, limit: rawOpen)
        },
    ]

    /// Allocations for one audio packet from the encoder's output to the other side's payload, with the receipts for it
    /// and all that is due in twenty milliseconds on both sides: none. The minute in which they are counted ends before
    /// the first rekey.
    static let nodeAllocations = Benchmark("mallocs-node-packet") {
        let pair = try NodePair(), repetitions = 50 * 55
        func exchange() {
            pair.send(1)
            pair.receive()
            pair.settle()
        }
        for _ in 0..<repetitions { exchange() }
        let played = pair.playedCount
        let count = Allocations.count { for _ in 0..<repetitions { exchange() } }
        precondition(pair.playedCount == played + repetitions, "every packet arrives")
        return Measurement(value: Double(count) / Double(repetitions), unit: "mallocs", limit: 0, n: repetitions)
    }

    /// The same for one packet of a picture, three a frame.
    static let nodePictureAllocations = Benchmark("mallocs-node-picture-packet") {
        let pair = try NodePair(), repetitions = 30 * 50
        func exchange() {
            pair.show()
            pair.receive()
            pair.settle()
        }
        for _ in 0..<repetitions { exchange() }
        let played = pair.playedCount
        let count = Allocations.count { for _ in 0..<repetitions { exchange() } }
        precondition(pair.playedCount == played + 3 * repetitions, "every packet arrives")
        return Measurement(
            value: Double(count) / Double(3 * repetitions), unit: "mallocs", limit: 0, n: 3 * repetitions)
    }

    private static func compare(before: () -> Void, work: () -> Void, limit: () -> Void) -> Measurement {
        Comparison(rounds: rounds, before: before, work: work, limit: limit).time(repetitions: burst)
    }

    private static let key = [UInt8](0..<32)
    private static let sealed = {
        var packet = [UInt8](repeating: 1, count: plaintextByteCount + 16)
        unsafe bench_seal(&packet, plaintextByteCount, key, 1)
        return packet
    }()

    private static func rawSeal() {
        var packet = sealed
        unsafe bench_seal(&packet, plaintextByteCount, key, UInt64(burst))
    }

    private static func rawOpen() {
        var packet = sealed
        let opened = unsafe bench_open(&packet, sealed, sealed.count, key, UInt64(burst))
        precondition(opened == burst)
    }
}
