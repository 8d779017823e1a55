import Basics
import Crypto
import Journal
import JournalTestSupport
import Testing

@Suite struct AuditLogTests {
    @Test func aNewLogVerifiesAndHoldsGenesis() throws {
        var bench = JournalBench(seed: 1)
        bench.drain()
        let report = try JournalVerifier.verify(bench.disk)
        #expect(report.size == 1 && report.signed.size == 1 && report.epochCount == 1)
        #expect(report.origin.identity == bench.identity.publicKey)
        #expect(report.vkey == bench.journal.head.vkey)
        #expect(report.summary == "witnessed to entry 0 by 0 parties; 1 rest on this machine alone")
    }

    @Test func anEntryCountsOnlyWhenItsBatchIsStored() throws {
        var bench = JournalBench(seed: 2)
        bench.drain()
        let first = try bench.append(.identityUnlock(method: "passphrase"), urgency: .grants)
        guard case .write(let batch) = bench.journal.poll() else {
            Issue.record("an entry is to be written")
            return
        }
        let second = try bench.append(.identityUnlock(method: "passphrase"), urgency: .grants)
        let isEarly = bench.journal.isStored(first), whileWaiting = bench.journal.poll()
        #expect(!isEarly)
        #expect(whileWaiting == .wait(until: bench.moment.now + .seconds(60)))
        try bench.disk.execute(batch)
        bench.journal.stored(batch.id, at: bench.moment)
        let told = bench.journal.poll()
        #expect(told == .stored(through: first) && bench.journal.acknowledged == first)
        bench.drain()
        #expect(bench.journal.acknowledged >= second)
    }

    @Test func unsignedEntriesAreSignedAfterAMinute() throws {
        var bench = JournalBench(seed: 3)
        bench.drain()
        try bench.append(.identityUnlock(method: "passphrase"))
        bench.run(for: .seconds(59))
        #expect(bench.journal.head.signed.size == 1)
        let early = try JournalVerifier.verify(bench.disk)
        #expect(early.warnings.count == 1 && early.size == 2)
        bench.run(for: .seconds(2))
        #expect(bench.journal.head.signed.size == 2)
        let late = try JournalVerifier.verify(bench.disk)
        #expect(late.warnings.isEmpty)
    }

    @Test func checkpointThatIsNotStoredIsNotToldOf() throws {
        var bench = JournalBench(seed: 5)
        bench.drain()
        try bench.append(.identityUnlock(method: "passphrase"))
        bench.drain()
        bench.failure = { _, _ in .other("the cable is out") }
        bench.journal.signCheckpoint()
        bench.drain()
        #expect(bench.journal.head.size == 2 && bench.journal.head.signed.size == 1 && bench.journal.signedSize == 1)
        bench.failure = { _, _ in nil }
        bench.run(for: .seconds(6))
        #expect(bench.journal.head.signed.size >= 2)
        #expect(try JournalVerifier.verify(bench.disk).signed == bench.journal.head.signed)
    }

    @Test func manyEntriesAreSignedAtOnce() throws {
        var bench = JournalBench(seed: 4)
        bench.drain()
        for _ in 0..<256 { try bench.append(.identityUnlock(method: "passphrase")) }
        bench.drain()
        #expect(bench.journal.head.signed.size == 257)
        #expect(try JournalVerifier.verify(bench.disk).size == 257)
    }

    @Test func aDayOfCallsVerifiesWhenStopped() throws {
        var bench = JournalBench(seed: 5)
        try bench.appendCalls(700)
        bench.stop()
        let report = try JournalVerifier.verify(bench.disk)
        #expect(report.warnings.isEmpty && report.signed.size == report.size && report.size >= 702)
        #expect(bench.disk.sealed.contains("tile/entries/001") && bench.disk.sealed.contains("tile/0/001"))
        #expect(bench.disk.files["tile/1/000"]?.count == 64)
        #expect(throws: AuditLog.Refusal.stopped) { try bench.append(.identityUnlock(method: "passphrase")) }
    }

    @Test func anEpochEndsAfterADayAndItsKeyIsDestroyed() throws {
        var bench = JournalBench(seed: 6)
        bench.drain()
        #expect(bench.disk.files["epoch/0.age"] != nil)
        bench.run(for: .seconds(24 * 3600 + 1))
        #expect(bench.disk.files["epoch/0.age"] == nil && bench.disk.files["epoch/1.age"] != nil)
        bench.run(for: .seconds(24 * 3600 + 1))
        bench.stop()
        let report = try JournalVerifier.verify(bench.disk)
        #expect(report.epochCount == 3)
        let events = try JournalQuery().entries(in: bench.disk).map(\.entry.event)
        #expect(events == ["genesis", "epoch.next", "heartbeat", "epoch.next", "daemon.stop"])
    }

    @Test func anEpochEndsAfter4096Entries() throws {
        var bench = JournalBench(seed: 7)
        for _ in 0..<9000 { try bench.append(.identityUnlock(method: "passphrase")) }
        bench.stop()
        let report = try JournalVerifier.verify(bench.disk)
        #expect(report.epochCount == 3)
        #expect(bench.disk.files["cp/000000004096"] != nil && bench.disk.files["cp/000000008192"] != nil)
    }

    @Test func aLogGoesOnAfterARestart() throws {
        var bench = JournalBench(seed: 8)
        try bench.appendCalls(300)
        bench.stop()
        var again = try JournalBench(reopening: bench.disk, seed: 8)
        #expect(again.journal.recovery.wasCleanlyStopped && again.journal.recovery.droppedByteCount == 0)
        try again.appendCalls(300)
        again.stop()
        let report = try JournalVerifier.verify(again.disk)
        #expect(report.size >= 602 && report.vkey == bench.journal.head.vkey)
    }

    @Test func aKilledDaemonLosesNothingThatWasStored() throws {
        var bench = JournalBench(seed: 9)
        try bench.appendCalls(50)
        let size = bench.journal.acknowledged.size
        var again = try JournalBench(reopening: bench.disk, seed: 9)
        #expect(!again.journal.recovery.wasCleanlyStopped)
        #expect(again.journal.head.size == size)
        again.drain()
        #expect(again.journal.head.signed.size == size)
        #expect(try JournalVerifier.verify(again.disk).size == size)
    }

    @Test func theSameSeedGivesTheSameLog() throws {
        var first = JournalBench(seed: 10), second = JournalBench(seed: 10)
        try first.appendCalls(100)
        try second.appendCalls(100)
        #expect(first.disk == second.disk)
    }
}
