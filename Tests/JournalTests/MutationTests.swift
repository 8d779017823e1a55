import Crypto
import Journal
import JournalTestSupport
import Testing

/// No byte is free in what proves a log that was stopped in good order.
@Suite struct MutationTests {
    @Test func noRandomChangeIsAccepted() throws {
        let disk = try SampleLog.stopped(seed: 1)
        let report = try JournalVerifier.verify(disk)
        #expect(report.size > 300 && report.epochCount == 3 && report.warnings.isEmpty)
        var random = SeededRandom(seed: 2)
        let count = LongTests.areWanted ? 10_000 : 150
        var accepted: [String] = []
        for _ in 0..<count {
            let mutation = JournalMutation(of: disk, using: &random)
            if (try? JournalVerifier.verify(mutation.disk)) != nil { accepted.append(mutation.description) }
        }
        print("journal mutations: \(count) tried, \(accepted.count) accepted")
        #expect(accepted.isEmpty, "\(accepted.prefix(10))")
    }

    @Test func noSingleFileMayGo() throws {
        let disk = try SampleLog.stopped(seed: 3, callEntryCount: 40)
        for path in JournalMutation.evidence(in: disk) {
            var changed = disk
            changed.files[path] = nil
            #expect(throws: VerificationFailure.self, "\(path)") { try JournalVerifier.verify(changed) }
        }
    }

    @Test func noBitOfCheckpointsAndPolicyIsFree() throws {
        let disk = try SampleLog.stopped(seed: 4, callEntryCount: 4)
        let closing = try #require(disk.files.first { $0.key.hasPrefix("cp/") && $0.value.count > 300 }?.key)
        for path in ["checkpoint", closing, "policy"] {
            for offset in (disk.files[path] ?? []).indices {
                var changed = disk
                changed.files[path]?[offset] ^= 1 << UInt8(offset % 8)
                #expect(throws: VerificationFailure.self, "byte \(offset) of \(path)") {
                    try JournalVerifier.verify(changed)
                }
            }
        }
    }
}
