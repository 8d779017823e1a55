import Basics
import Journal
import JournalTestSupport
import Testing

/// A crash cuts the last writes anywhere. The log is then the longest run of entries whose hashes are there too.
@Suite struct TornWriteTests {
    @Test("cut at every byte of the last two entries", arguments: [0, 40])
    func everyCutIsRecovered(garbageByteCount: Int) throws {
        let log = try TornLog()
        for cut in log.firstOffset...log.entries.count {
            let isRecovered = try log.isRecovered(cut: cut, garbageByteCount: garbageByteCount, missingHashByteCount: 0)
            #expect(isRecovered, "cut at \(cut)")
        }
    }

    @Test("with hashes that are short or too long", arguments: [7, 31, 32, 33, 64, -1, -32], [0, 1, 40])
    func everyLengthOfTheHashesIsRecovered(missingHashByteCount: Int, garbageByteCount: Int) throws {
        let log = try TornLog()
        // Every byte takes minutes without optimization: a stride of a prime number samples them.
        for cut in stride(from: log.firstOffset, through: log.entries.count, by: LongTests.areWanted ? 1 : 17) {
            let isRecovered = try log.isRecovered(
                cut: cut, garbageByteCount: garbageByteCount, missingHashByteCount: missingHashByteCount)
            #expect(isRecovered, "cut at \(cut)")
        }
    }
}

/// A small log whose last two entries are stored and not signed.
private struct TornLog {
    static let entriesPath = "tile/entries/000", hashesPath = "tile/0/000"
    private static let seed: UInt64 = 77

    let disk: MemoryDisk
    let entries: [UInt8]
    let hashes: [UInt8]
    /// The offsets at which entries end.
    let ends: [Int]
    /// Where the last two begin.
    var firstOffset: Int { ends[ends.count - 3] }

    init() throws {
        var bench = JournalBench(seed: Self.seed)
        try bench.append(.daemonStart(version: "1.0", binary: nil))
        bench.drain()
        bench.journal.signCheckpoint()
        bench.drain()
        let contact = SubjectID(using: &bench.random)
        try bench.append(.contactAdd(contact, peer: "peer", name: "Ada"))
        try bench.append(.levelChange(contact, before: 0, after: 1, method: "invite"))
        bench.drain()
        disk = bench.disk
        entries = disk.files[Self.entriesPath] ?? []
        hashes = disk.files[Self.hashesPath] ?? []
        var ends: [Int] = []
        var offset = 0
        while offset + 2 <= entries.count {
            offset += 2 + Int(entries[offset]) << 8 + Int(entries[offset + 1])
            ends.append(offset)
        }
        self.ends = ends
    }

    /// Whether opening the log, its entries cut at `cut` with garbage behind and its hashes short (or, below zero, too
    /// long), keeps exactly what is whole, tells what it dropped, and verifies.
    func isRecovered(cut: Int, garbageByteCount: Int, missingHashByteCount: Int) throws -> Bool {
        var torn = disk
        let garbage = (0..<garbageByteCount).map { UInt8(truncatingIfNeeded: 0x80 &+ $0 &* 7) }
        let tornEntries = Array(entries[..<cut]) + garbage
        let excess = [UInt8](repeating: 3, count: max(0, -missingHashByteCount))
        let tornHashes = Array(hashes.dropLast(max(0, missingHashByteCount))) + excess
        torn.files[Self.entriesPath] = tornEntries
        torn.files[Self.hashesPath] = tornHashes
        let count = min(ends.filter { $0 <= cut }.count, tornHashes.count / 32)

        var bench = try JournalBench(reopening: torn, seed: Self.seed)
        let dropped = tornEntries.count + tornHashes.count - ends[count - 1] - 32 * count
        guard bench.journal.acknowledged.size == count, bench.journal.recovery.droppedByteCount == dropped else {
            return false
        }
        bench.drain()
        let kept = bench.disk.files[Self.entriesPath] ?? []
        guard kept.starts(with: entries[..<ends[count - 1]]) else { return false }
        let told = Array(kept[ends[count - 1]...].dropFirst(2))
        guard dropped == 0 ? told.isEmpty : tells(told, dropped: dropped, at: count) else { return false }
        return try JournalVerifier.verify(bench.disk).size == count + (dropped > 0 ? 1 : 0)
    }

    private func tells(_ bytes: [UInt8], dropped: Int, at sequence: Int) -> Bool {
        guard let entry = JournalEntry(parsing: bytes.rawSpan) else { return false }
        return entry.event == "journal.recovered" && entry.sequence == sequence
            && entry.fields["dropped_bytes"]?.int == dropped
    }
}
