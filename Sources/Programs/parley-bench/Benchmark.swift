/// One figure about Parley. Each stands in a file of its own under `Benchmarks`, and in the list below.
struct Benchmark: Sendable {
    /// How the command line calls it.
    let name: String
    /// Measures it, in a second or a few.
    let measure: @Sendable () throws -> Measurement

    init(_ name: String, measure: @escaping @Sendable () throws -> Measurement) {
        self.name = name
        self.measure = measure
    }

    /// Every benchmark, in the order in which they run.
    static var all: [Benchmark] {
        seals + opens + [sealAllocations] + sessionPackets + [sessionAllocations, handshakes] + nodePackets
            + [nodeAllocations, nodePictureAllocations] + opus + [audioAllocations] + videoPackets + vp8 + [
                videoAllocations
            ] + journal + calls
    }
}
