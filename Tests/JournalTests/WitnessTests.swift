import Basics
import Crypto
import Journal
import JournalTestSupport
import Testing

/// Others sign what they saw; the log and its verifier say how far that reaches.
@Suite struct WitnessTests {
    private func witness(_ name: String, seed: UInt64) throws -> (vkey: VerifierKey, random: SeededRandom) {
        var random = SeededRandom(seed: seed)
        let key = Ed25519.KeyPair(seed: random.secretBytes(32))
        let vkey = try #require(VerifierKey(name: name, kind: .cosignature, publicKey: key.publicKey))
        return (vkey, SeededRandom(seed: seed))
    }

    private func cosign(_ bench: borrowing JournalBench, _ vkey: VerifierKey, _ random: SeededRandom) -> NoteSignature {
        var random = random
        let key = Ed25519.KeyPair(seed: random.secretBytes(32))
        return Cosignature(of: bench.journal.head.signed.text, at: 1_795_456_200, with: key).line(by: vkey)
    }

    @Test func theReportSaysHowFarWitnessesReach() throws {
        var bench = JournalBench(seed: 1)
        let (first, firstRandom) = try witness("witness.example/zed", seed: 11)
        let (second, secondRandom) = try witness("witness.example/abe", seed: 12)
        _ = try bench.journal.trust(first, at: bench.moment)
        _ = try bench.journal.trust(second, at: bench.moment)
        try bench.appendCalls(20)
        bench.journal.signCheckpoint()
        bench.drain()
        let signedSize = bench.journal.head.signed.size
        for (vkey, random) in [(first, firstRandom), (second, secondRandom)] {
            let line = cosign(bench, vkey, random)
            let isTaken = bench.journal.accept(line), isTakenTwice = bench.journal.accept(line)
            #expect(isTaken && !isTakenTwice)
        }
        bench.drain()
        try bench.appendCalls(5)
        bench.stop()
        let report = try JournalVerifier.verify(bench.disk)
        #expect(report.witnessedSize == signedSize)
        #expect(report.witnesses == ["witness.example/abe", "witness.example/zed"])
        #expect(
            report.summary
                == "witnessed to entry \(signedSize) by 2 parties; \(report.size - signedSize) rest on this machine alone"
        )
        let again = try JournalBench(reopening: bench.disk, seed: 1)
        #expect(again.journal.recovery.wasCleanlyStopped)
    }

    @Test func linesOfOthersAreNotTaken() throws {
        var bench = JournalBench(seed: 2)
        let (stranger, random) = try witness("witness.example/stranger", seed: 13)
        bench.drain()
        let line = cosign(bench, stranger, random)
        let isTaken = bench.journal.accept(line)
        #expect(!isTaken)
        // Slipped in on the disk, it spoils the checkpoint: its key is not in the policy.
        let path = try #require(bench.disk.files.keys.first { $0.hasPrefix("cp/") })
        let note = try SignedNote(parsing: bench.disk.files[path] ?? [])
        let longer = SignedNote(text: note.text, signatures: note.signatures + [line]).encoded
        bench.disk.files[path] = longer
        bench.disk.files["checkpoint"] = longer
        #expect(throws: VerificationFailure.self) { try JournalVerifier.verify(bench.disk) }
    }

    @Test func witnessingMakesNoEntries() throws {
        var bench = JournalBench(seed: 3)
        let (vkey, random) = try witness("witness.example/w", seed: 14)
        _ = try bench.journal.trust(vkey, at: bench.moment)
        bench.drain()
        let size = bench.journal.acknowledged.size
        let line = cosign(bench, vkey, random)
        _ = bench.journal.accept(line)
        bench.run(for: .seconds(3600))
        #expect(bench.journal.acknowledged.size == size)
        #expect(try JournalVerifier.verify(bench.disk).witnesses == ["witness.example/w"])
    }
}
