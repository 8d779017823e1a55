import Basics
import Journal
import JournalTestSupport
import Testing

/// What was signed and is hurt stays as it is; a new log tells of it and goes on.
@Suite struct DamagedLogTests {
    private func damage(of disk: MemoryDisk, seed: UInt64) -> JournalDamage? {
        do throws(AuditLog.OpenFailure) {
            _ = try JournalBench(reopening: disk, seed: seed)
        } catch .damaged(let damage) {
            return damage
        } catch {
            Issue.record("\(error)")
        }
        return nil
    }

    @Test func damageBelowTheSignatureIsNotMended() throws {
        let whole = try SampleLog.stopped(seed: 1, callEntryCount: 24)
        var disk = whole
        disk.files["tile/entries/000"]?[500] ^= 1
        let damage = try #require(self.damage(of: disk, seed: 1))
        #expect(damage.failure.kind == .truncated || damage.failure.kind == .broken)
        #expect(damage.signed == Checkpoint(try SignedNote(parsing: whole.files["checkpoint"] ?? []).text))

        var next = JournalBench(seed: 1, continuing: damage)
        try next.appendCalls(8)
        next.stop()
        let report = try JournalVerifier.verify(next.disk)
        #expect(report.origin == damage.origin.next && report.origin.folderName != damage.origin.folderName)
        #expect(report.origin.name == damage.origin.name + "/2")
        let told = try JournalQuery().entries(in: next.disk)[1].entry
        #expect(told.event == "journal.continues" && told.fields["origin"]?.string == damage.origin.name)
        #expect(told.fields["size"]?.int == damage.signed?.size)
    }

    @Test func aLostKeyEndsTheLog() throws {
        var disk = try SampleLog.stopped(seed: 2, callEntryCount: 8)
        let seeds = disk.files.keys.filter { $0.hasPrefix("epoch/") }
        #expect(seeds.count == 1)
        disk.files[seeds[0]] = nil
        #expect(damage(of: disk, seed: 2)?.failure.reason == "the key of epoch 2 is lost")
    }

    @Test func anotherNodesLogIsNotContinued() throws {
        let disk = try SampleLog.stopped(seed: 3, callEntryCount: 8)
        #expect(damage(of: disk, seed: 4)?.failure.kind == .wrongKey)
    }

    @Test func everyRemovedFileOfEvidenceIsNoticedWhenOpening() throws {
        let disk = try SampleLog.stopped(seed: 5, callEntryCount: 24)
        for path in JournalMutation.evidence(in: disk) {
            var hurt = disk
            hurt.files[path] = nil
            #expect(damage(of: hurt, seed: 5) != nil, "\(path)")
        }
    }

    @Test func anEmptyFolderIsNoDamage() throws {
        #expect(throws: AuditLog.OpenFailure.absent(leftovers: [])) {
            _ = try JournalBench(reopening: MemoryDisk(), seed: 6)
        }
    }
}
