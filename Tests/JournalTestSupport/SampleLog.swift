public import Journal

/// Logs to be attacked.
public enum SampleLog {
    /// A log of some hundred entries and three epochs that was stopped in good order.
    public static func stopped(seed: UInt64, callEntryCount: Int = 300) throws(AuditLog.Refusal) -> MemoryDisk {
        var bench = JournalBench(seed: seed)
        for _ in 0..<2 {
            try bench.appendCalls(callEntryCount / 2)
            bench.run(for: .seconds(24 * 3600))
        }
        try bench.appendCalls(8)
        bench.stop()
        return bench.disk
    }
}
