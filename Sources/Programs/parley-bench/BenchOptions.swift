/// What the command line asks for.
struct BenchOptions {
    struct UsageError: Error, CustomStringConvertible {
        let description: String
    }

    private(set) var isJSON = false
    private(set) var benchmarks: [Benchmark] = []

    /// A name stands for the benchmark of that name, or for all whose names begin with it and a hyphen.
    init(_ arguments: some Sequence<String>) throws(UsageError) {
        for argument in arguments {
            if argument == "--json" {
                isJSON = true
                continue
            }
            let named = Benchmark.all.filter { $0.name == argument || $0.name.hasPrefix("\(argument)-") }
            guard !named.isEmpty else {
                let names = Benchmark.all.map(\.name).joined(separator: " ")
                throw UsageError(description: "no \(argument); parley-bench [--json] [NAME…], NAME of: \(names)")
            }
            benchmarks += named
        }
        if benchmarks.isEmpty { benchmarks = Benchmark.all }
    }
}
