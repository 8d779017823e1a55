extension Benchmark {
    /// What a call takes between two real daemons on loopback, from one run of them for all of these figures.
    static let calls = [
        Benchmark("call-setup-p50") { try setUp(quantile: 0.5) },
        Benchmark("call-setup-p95") { try setUp(quantile: 0.95) },
        Benchmark("call-cpu") {
            let figures = try trial.get(), ours = figures.callProcessor, limit = figures.codecProcessor
            return Measurement(value: ours, unit: "s/min", limit: limit, ratio: ours / limit, n: 1)
        },
        Benchmark("call-memory") { Measurement(value: try trial.get().callMemory, unit: "MB", n: 1) },
        Benchmark("idle-cpu") { Measurement(value: try trial.get().idleProcessor, unit: "s/min", n: 1) },
        Benchmark("idle-memory") { Measurement(value: try trial.get().idleMemory, unit: "MB", n: 1) },
        Benchmark("video-call-cpu") {
            let figures = try videoTrial.get(), ours = figures.callProcessor, limit = figures.codecProcessor
            return Measurement(value: ours, unit: "s/min", limit: limit, ratio: ours / limit, n: 1)
        },
        Benchmark("video-call-memory") { Measurement(value: try videoTrial.get().callMemory, unit: "MB", n: 1) },
    ]

    private static let trial = Result { try CallTrial() }
    private static let videoTrial = Result { try VideoCallTrial() }

    private static func setUp(quantile: Double) throws -> Measurement {
        let trial = try trial.get()
        func value(of times: [Double]) -> Double { times[Int(Double(times.count - 1) * quantile)] }
        let ours = value(of: trial.setUps), limit = value(of: trial.syncs)
        return Measurement(
            value: ours, unit: "ms", limit: limit, ratio: ours / limit, n: trial.setUps.count,
            spread: (trial.setUps.last ?? ours) / ours - 1)
    }
}
