import Basics
@testable import Journal
import JournalTestSupport
import Testing

/// When an entry cannot be recorded, what grants is refused and what withdraws is kept.
@Suite struct FailClosedTests {
    @Test func whatGrantsIsRefusedWhileTheDiskFailsAndWhatWithdrawsIsKept() throws {
        var bench = JournalBench(seed: 1)
        bench.drain()
        bench.failure = { _, _ in .other("input/output error") }
        let ticket = try bench.append(.identityUnlock(method: "passphrase"), urgency: .grants)
        bench.drain()
        #expect(bench.told.last == .health(.broken("input/output error")))
        #expect(bench.journal.acknowledged < ticket)
        #expect(throws: AuditLog.Refusal.broken("input/output error")) {
            try bench.append(.identityUnlock(method: "passphrase"), urgency: .grants)
        }
        #expect(throws: AuditLog.Refusal.broken("input/output error")) {
            try bench.append(.identityUnlock(method: "passphrase"), urgency: .reports)
        }
        let withdrawal = try bench.append(.callEnd(cause: "hangUp", duration: .zero), urgency: .withdraws)

        bench.failure = { _, _ in nil }
        bench.run(for: .seconds(6))
        #expect(bench.told.contains(.health(.working)))
        #expect(bench.journal.acknowledged > withdrawal)
        bench.stop()
        let entries = try JournalQuery().entries(in: bench.disk).map(\.entry)
        #expect(entries.map(\.event) == ["genesis", "identity.unlock", "call.end", "journal.status", "daemon.stop"])
        #expect(entries[3].fields["lost"]?.int == 2)
        #expect(try JournalVerifier.verify(bench.disk).warnings.isEmpty)
    }

    @Test func aFullDiskGivesUpTheReserveForWhatWithdraws() throws {
        var bench = JournalBench(seed: 2)
        bench.drain()
        #expect(bench.disk.files["reserve"]?.count == 1 << 20)
        bench.disk.capacity = bench.disk.byteCount + 100
        let ticket = try bench.append(.identityUnlock(method: "passphrase"), urgency: .grants)
        bench.drain()
        // It was accepted before anyone knew, so it is recorded: from the reserve.
        #expect(bench.journal.acknowledged >= ticket && bench.disk.files["reserve"] == nil)
        #expect(bench.told.contains(.health(.full)))
        #expect(throws: AuditLog.Refusal.full) { try bench.append(.identityUnlock(method: "none"), urgency: .grants) }
        let withdrawal = try bench.append(.callEnd(cause: "hangUp", duration: .zero), urgency: .withdraws)
        bench.drain()
        #expect(bench.journal.acknowledged >= withdrawal)

        bench.disk.capacity = .max
        bench.run(for: .seconds(61))
        #expect(bench.told.last == .health(.working) || bench.told.contains(.health(.working)))
        #expect(bench.disk.files["reserve"]?.count == 1 << 20)
        try bench.append(.identityUnlock(method: "passphrase"), urgency: .grants)
        bench.stop()
        #expect(try JournalVerifier.verify(bench.disk).warnings.isEmpty)
    }

    @Test func theQuotaKeepsTheReserveForWhatWithdraws() throws {
        var bench = JournalBench(seed: 3, quotaByteCount: (1 << 20) + 40_000)
        var granted = 0
        #expect(throws: AuditLog.Refusal.full) {
            while true {
                try bench.append(.identityUnlock(method: "passphrase"), urgency: .grants)
                bench.drain()
                granted += 1
            }
        }
        #expect(granted > 50)
        let withdrawal = try bench.append(.callEnd(cause: "hangUp", duration: .zero), urgency: .withdraws)
        bench.drain()
        #expect(bench.journal.acknowledged >= withdrawal && bench.journal.health == .full)
        bench.stop()
        let entries = try JournalQuery().entries(in: bench.disk).map(\.entry.event)
        #expect(entries.suffix(3).contains("journal.status"))
        #expect(try JournalVerifier.verify(bench.disk).warnings.isEmpty)
    }

    @Test func strangersMayNotUseTheLastTenth() throws {
        var bench = JournalBench(seed: 4, quotaByteCount: 100 << 20)
        bench.drain()
        let contact = SubjectID(using: &bench.random)
        bench.journal.space.usedByteCount = 90 << 20
        try bench.append(.callRefused(contact, cause: "stranger"), cause: .stranger)
        #expect(throws: AuditLog.Refusal.full) {
            try bench.append(.callRefused(contact, cause: "stranger"), cause: .stranger)
        }
        try bench.append(.identityUnlock(method: "passphrase"), urgency: .grants)
        #expect(bench.journal.health == .working)
    }

    @Test func memoryIsBoundedWhileTheDiskFails() throws {
        var bench = JournalBench(seed: 5)
        bench.drain()
        bench.failure = { _, _ in .other("gone") }
        let contact = SubjectID(using: &bench.random), name = String(repeating: "x", count: 256)
        var kept = 0
        #expect(throws: AuditLog.Refusal.self) {
            while true {
                try bench.append(.contactAdd(contact, peer: name, name: name), urgency: .withdraws)
                bench.drain()
                kept += 1
            }
        }
        #expect(kept > 1000 && kept < 10_000)
        bench.failure = { _, _ in nil }
        bench.run(for: .seconds(10))
        bench.stop()
        #expect(try JournalVerifier.verify(bench.disk).size > kept)
    }

    @Test func aReserveThatCannotBeHadIsAskedForAgain() throws {
        var bench = JournalBench(seed: 6)
        bench.disk.capacity = 200_000
        bench.drain()
        #expect(bench.journal.health == .full)
        bench.disk.capacity = .max
        bench.run(for: .seconds(61))
        #expect(bench.journal.health == .working)
        bench.stop()
        #expect(try JournalVerifier.verify(bench.disk).warnings.isEmpty)
    }
}
