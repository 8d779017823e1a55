import Crypto
import Journal
import JournalTestSupport
import Testing

/// The machine is killed between any two steps on the disk, or in the middle of one.
@Suite struct CrashTests {
    @Test func aCrashAfterAnyStepLosesNothingThatWasAcknowledged() throws {
        try check(DiskHistory(seed: 1, isLong: false), from: 0)
    }

    @Test func aCrashAroundAFullTileLosesNothingThatWasAcknowledged() throws {
        let history = try DiskHistory(seed: 2, isLong: true)
        let fullTile = try #require(
            history.steps.firstIndex {
                if case .write("tile/1/000", _, _) = $0.operation { true } else { false }
            })
        try check(history, from: fullTile - 4)
    }

    /// The disk may have done any part of what was written since the last sync, in any order.
    @Test func aPowerCutLosesNothingThatWasAcknowledged() throws {
        for seed in UInt64(3)..<(LongTests.areWanted ? 23 : 5) {
            let history = try DiskHistory(seed: seed, isLong: false)
            var random = SeededRandom(seed: seed)
            for index in 0...history.steps.count {
                check(history, index, history.disk(afterPowerCutAt: index, using: &random))
            }
        }
    }

    private func check(_ history: DiskHistory, from start: Int) throws {
        for index in start...history.steps.count {
            check(history, index, tornByteCount: nil)
            if index < history.steps.count, case .write(_, _, let bytes) = history.steps[index].operation {
                check(history, index, tornByteCount: bytes.count / 2)
            }
        }
    }

    private func check(_ history: DiskHistory, _ index: Int, tornByteCount: Int?) {
        let disk = history.disk(after: index, tornByteCount: tornByteCount)
        check(history, index, disk, "torn \(tornByteCount ?? -1)")
    }

    private func check(_ history: DiskHistory, _ index: Int, _ disk: MemoryDisk, _ how: String = "power cut") {
        let acknowledged = index == 0 ? 0 : history.steps[index - 1].acknowledgedSize
        do {
            var bench = try JournalBench(reopening: disk, seed: history.seed)
            #expect(bench.journal.acknowledged.size >= acknowledged, "step \(index)")
            if index <= history.steps.count - 3 {
                #expect(!bench.journal.recovery.wasCleanlyStopped, "step \(index)")
            } else if index == history.steps.count {
                #expect(bench.journal.recovery.wasCleanlyStopped)
            }
            try bench.append(.identityUnlock(method: "passphrase"), urgency: .grants)
            bench.stop()
            let report = try JournalVerifier.verify(bench.disk)
            #expect(report.warnings.isEmpty, "step \(index)")
            #expect(bench.disk.files.keys.filter { $0.hasPrefix("epoch/") }.count == 1, "step \(index)")
        } catch AuditLog.OpenFailure.absent {
            #expect(acknowledged == 0, "step \(index)")
        } catch {
            Issue.record("step \(index), \(how): \(error)")
        }
    }
}

/// Every step on the disk in the life of a daemon: start, calls, an epoch's end, a full tile, a stop.
struct DiskHistory {
    struct Step {
        let operation: JournalOperation
        /// Entries acknowledged before the batch of the step.
        let acknowledgedSize: Int
    }

    let seed: UInt64
    private(set) var steps: [Step] = []

    init(seed: UInt64, isLong: Bool) throws {
        self.seed = seed
        var bench = JournalBench(seed: seed)
        let recorder = Recorder()
        bench.failure = { batch, acknowledged in
            recorder.steps += batch.operations.map { Step(operation: $0, acknowledgedSize: acknowledged.size) }
            return nil
        }
        for round in 0..<2 {
            try bench.appendCalls(16)
            bench.advance(by: .seconds(24 * 3600))
            bench.journal.timeout(at: bench.moment, using: &bench.random)
            bench.drain()
            guard round == 0, isLong else { continue }
            for _ in 0..<230 { try bench.append(.identityUnlock(method: "passphrase")) }
            bench.drain()
        }
        bench.stop()
        steps = recorder.steps
    }

    /// The disk when the first `count` steps were done, and perhaps the beginning of the next write.
    func disk(after count: Int, tornByteCount: Int?) -> MemoryDisk {
        var disk = MemoryDisk()
        for step in steps.prefix(count) { try? disk.execute(step.operation) }
        if let tornByteCount, case .write(let path, let offset, let bytes) = steps[count].operation {
            try? disk.execute(.write(path: path, offset: offset, bytes: Array(bytes.prefix(tornByteCount))))
        }
        return disk
    }

    /// The disk when power fails before step `count`: of what was not synced any part may be there, or none.
    func disk(afterPowerCutAt count: Int, using random: inout SeededRandom) -> MemoryDisk {
        let synced = steps.prefix(count).lastIndex { if case .write = $0.operation { false } else { true } } ?? -1
        var disk = disk(after: synced + 1, tornByteCount: nil)
        for step in steps[(synced + 1)..<count].shuffled(using: &random) {
            guard case .write(let path, let offset, let bytes) = step.operation, Bool.random(using: &random) else {
                continue
            }
            let kept = Bool.random(using: &random) ? bytes.count : Int.random(in: 0...bytes.count, using: &random)
            try? disk.execute(.write(path: path, offset: offset, bytes: Array(bytes.prefix(kept))))
        }
        return disk
    }

    private final class Recorder {
        var steps: [Step] = []
    }
}
