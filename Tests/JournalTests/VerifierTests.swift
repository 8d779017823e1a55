import Basics
import Crypto
@testable import Journal
import JournalTestSupport
import Testing

@Suite struct VerifierTests {
    private func kind(_ disk: MemoryDisk, _ options: JournalVerifier.Options = .init()) -> VerificationFailure.Kind? {
        do throws(VerificationFailure) {
            _ = try JournalVerifier.verify(disk, options)
            return nil
        } catch {
            return error.kind
        }
    }

    @Test func theKindsOfFailureAreToldApart() throws {
        let whole = try SampleLog.stopped(seed: 1, callEntryCount: 24)
        #expect(kind(whole) == nil)
        #expect(kind(MemoryDisk()) == .absent)

        var disk = MemoryDisk()
        disk.files["tmp/x"] = []
        #expect(kind(disk) == .empty)

        disk = whole
        disk.files["checkpoint"] = nil
        #expect(kind(disk) == .unsigned)
        disk.files = disk.files.filter { !$0.key.hasPrefix("cp/") }
        #expect(kind(disk) == .unsigned)
        disk = whole
        disk.files["checkpoint"] = Array(try SignedNote(parsing: whole.files["checkpoint"] ?? []).text.utf8)
        #expect(kind(disk) == .unsigned)
        disk.files["checkpoint"]?.append(UInt8(ascii: "\n"))
        #expect(kind(disk) == .unsigned)

        disk = whole
        disk.files["tile/entries/000"]?.removeLast(300)
        #expect(kind(disk) == .truncated)
        disk = whole
        disk.files["tile/0/000"]?.removeLast(32)
        #expect(kind(disk) == .truncated)
        disk = whole
        disk.files["tile/entries/000"] = nil
        disk.files["tile/0/000"] = nil
        #expect(kind(disk) == .truncated)

        disk = whole
        disk.files["tile/entries/000"]?[100] ^= 1
        #expect(kind(disk) == .broken)
    }

    @Test func aLogOfAnotherKeyIsTold() throws {
        let disk = try SampleLog.stopped(seed: 1, callEntryCount: 8)
        let own = try JournalVerifier.verify(disk).vkey
        let other = try JournalVerifier.verify(try SampleLog.stopped(seed: 2, callEntryCount: 8)).vkey
        var options = JournalVerifier.Options()
        options.key = own
        #expect(kind(disk, options) == nil)
        options.key = other
        #expect(kind(disk, options) == .wrongKey)

        // The newest checkpoint signed again, by a key that the log does not know.
        var random = SeededRandom(seed: 3)
        let stranger = Ed25519.KeyPair(seed: random.secretBytes(32))
        let note = try SignedNote(parsing: disk.files["checkpoint"] ?? [])
        let checkpoint = try #require(Checkpoint(note.text))
        let vkey = try #require(
            VerifierKey(name: checkpoint.origin, kind: .ed25519, publicKey: stranger.publicKey))
        let line = checkpoint.signed(by: vkey, with: stranger)
        let forged = SignedNote(text: note.text, signatures: [line]).encoded
        var changed = disk
        changed.files["checkpoint"] = forged
        changed.files[AuditLog.checkpointPath(checkpoint.size)] = forged
        #expect(kind(changed) == .wrongKey)
    }

    @Test func anAnchorHoldsTheLogToItsPast() throws {
        var bench = JournalBench(seed: 4)
        try bench.appendCalls(40)
        bench.journal.signCheckpoint()
        bench.drain()
        let early = bench.disk
        var options = JournalVerifier.Options()
        options.anchor = early.files["checkpoint"]
        try bench.appendCalls(40)
        bench.stop()
        #expect(kind(bench.disk, options) == nil)

        // Rolled back to the earlier state, the log fits together; only the later checkpoint tells.
        #expect(kind(early) == nil)
        options.anchor = bench.disk.files["checkpoint"]
        #expect(kind(early, options) == .truncated)

        // Another history of the same node, from the same keys.
        var fork = JournalBench(seed: 4)
        try fork.appendCalls(48)
        fork.journal.signCheckpoint()
        fork.drain()
        try fork.appendCalls(80)
        fork.stop()
        options.anchor = try SampleLog.stopped(seed: 5, callEntryCount: 8).files["checkpoint"]
        #expect(kind(fork.disk, options) == .wrongKey)
        options.anchor = Array("nonsense\n".utf8)
        #expect(kind(fork.disk, options) == .broken)
    }

    @Test func aForkOfTheSameKeyIsTold() throws {
        var bench = JournalBench(seed: 6), fork = JournalBench(seed: 6)
        try bench.appendCalls(20)
        bench.stop()
        fork.advance(by: .seconds(1))
        try fork.appendCalls(30)
        fork.stop()
        var options = JournalVerifier.Options()
        options.anchor = bench.disk.files["checkpoint"]
        #expect(kind(fork.disk, options) == .broken)
    }

    /// CVE-2023-31439: what an old epoch held must not be signed by a newer key.
    @Test func anOldEpochSignedAgainByANewerKeyIsRefused() throws {
        var bench = JournalBench(seed: 7)
        try bench.appendCalls(8)
        bench.run(for: .seconds(24 * 3600))
        try bench.appendCalls(8)
        bench.stop()
        let sizes = bench.disk.files.keys.filter { $0.hasPrefix("cp/") }.sorted()
        for path in sizes {
            let note = try SignedNote(parsing: bench.disk.files[path] ?? [])
            let checkpoint = try #require(Checkpoint(note.text))
            let line = bench.journal.epoch.sign(checkpoint)
            var disk = bench.disk
            disk.files[path] = SignedNote(text: note.text, signatures: [line]).encoded
            let isOwn = disk.files[path] == bench.disk.files[path]
            #expect((kind(disk) == nil) == isOwn, "\(path)")
        }
    }

    /// CVE-2023-31438: an epoch that was never closed must not let the log be cut and continued.
    @Test func anEpochWithoutItsClosingCheckpointIsRefused() throws {
        var bench = JournalBench(seed: 8)
        bench.run(for: .seconds(3 * 24 * 3600 + 10))
        bench.stop()
        #expect(kind(bench.disk) == nil)
        for path in bench.disk.files.keys where path.hasPrefix("cp/") {
            var disk = bench.disk
            disk.files[path] = nil
            #expect(kind(disk) != nil, "\(path)")
        }
        for path in bench.disk.files.keys where path.hasPrefix("cp/") {
            let note = try SignedNote(parsing: bench.disk.files[path] ?? [])
            guard note.signatures.count == 2 else { continue }
            for lines in [[note.signatures[0]], [note.signatures[1]], Array(note.signatures.reversed())] {
                var disk = bench.disk
                disk.files[path] = SignedNote(text: note.text, signatures: lines).encoded
                #expect(kind(disk) == .broken, "\(path)")
            }
        }
    }

    @Test func clocksThatStepAreNoError() throws {
        var bench = JournalBench(seed: 9)
        try bench.appendCalls(4)
        bench.moment.wall = WallTime(milliseconds: 0)
        try bench.appendCalls(4)
        bench.moment.wall = WallTime(milliseconds: 4_000_000_000_000)
        bench.moment.uptime = .zero
        try bench.appendCalls(4)
        bench.stop()
        #expect(kind(bench.disk) == nil)
    }

    @Test func whatIsUnsignedForLongIsWarnedOf() throws {
        var bench = JournalBench(seed: 10)
        bench.drain()
        try bench.append(.identityUnlock(method: "passphrase"))
        bench.drain()
        var options = JournalVerifier.Options()
        options.now = bench.moment.wall + .seconds(30)
        #expect(try JournalVerifier.verify(bench.disk, options).warnings == ["1 entries from 1 on are not signed"])
        options.now = bench.moment.wall + .seconds(61)
        let warnings = try JournalVerifier.verify(bench.disk, options).warnings
        #expect(warnings == ["1 entries from 1 on are not signed, for over 60 s"])
    }
}
