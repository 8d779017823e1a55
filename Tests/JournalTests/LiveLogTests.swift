import Journal
import JournalTestSupport
import Testing

/// A log is judged while a daemon writes it, or as a killed one left it.
@Suite struct LiveLogTests {
    @Test func aCheckpointOneBehindIsAllowedInALogThatIsNotClosed() throws {
        var bench = JournalBench(seed: 1)
        for _ in 0..<3 {
            try bench.appendCalls(5)
            bench.journal.signCheckpoint()
            bench.drain()
        }
        let kept = bench.disk.files.keys.filter { $0.hasPrefix("cp/") }.sorted()
        var behind = bench.disk
        behind.files["checkpoint"] = behind.files[kept[kept.count - 2]]
        let report = try JournalVerifier.verify(behind)
        #expect(report.signed.size == report.size && report.warnings.count == 1)
        behind.files["checkpoint"] = behind.files[kept[kept.count - 3]]
        #expect(throws: VerificationFailure.self) { try JournalVerifier.verify(behind) }
        behind.files["checkpoint"]? += Array("x".utf8)
        #expect(throws: VerificationFailure.self) { try JournalVerifier.verify(behind) }

        let last = try #require(kept.last)
        bench.stop()
        var closed = bench.disk
        closed.files["checkpoint"] = closed.files[last]
        #expect(throws: VerificationFailure.self) { try JournalVerifier.verify(closed) }
    }

    @Test func whoReadsWhileItIsWrittenReadsAgain() throws {
        var bench = JournalBench(seed: 2)
        try bench.appendCalls(300)
        let before = bench.disk
        try bench.appendCalls(8)
        bench.journal.signCheckpoint()
        bench.drain()
        let after = bench.disk
        let whole = ShiftingDisk(before, before, at: 0)
        #expect(try JournalVerifier.verify(whole).size == 301)
        for count in 0...whole.readCount {
            let report = try JournalVerifier.verify(ShiftingDisk(before, after, at: count))
            #expect(report.size == 301 || report.size == 309, "changed at read \(count)")
        }
    }
}

/// A log that becomes another after so many reads.
private final class ShiftingDisk: JournalReader {
    private let first: MemoryDisk, second: MemoryDisk
    private let count: Int
    private(set) var readCount = 0

    init(_ first: MemoryDisk, _ second: MemoryDisk, at count: Int) {
        (self.first, self.second, self.count) = (first, second, count)
    }

    private var disk: MemoryDisk {
        readCount += 1
        return readCount <= count ? first : second
    }

    func bytes(of path: String) -> [UInt8]? { disk.bytes(of: path) }
    func byteCount(of path: String) -> Int? { disk.byteCount(of: path) }
    func names(in folder: String) -> [String]? { disk.names(in: folder) }
}
