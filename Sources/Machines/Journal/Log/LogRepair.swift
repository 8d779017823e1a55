internal import Basics

/// What a crash may leave behind the last signature, and how it is mended: torn entries are cut off, hashes of tiles
/// and the copy of the newest checkpoint are made up for. What was signed is never touched.
///
/// The hash that is stored with each entry is its checksum: the longest run of entries whose hashes match is the log.
struct LogRepair {
    /// The steps, to be done before anything else.
    private(set) var operations: [JournalOperation] = []
    /// Bytes that are cut off.
    private(set) var droppedByteCount = 0

    private let size: Int
    private let signedSize: Int

    /// Finds what is to be mended in the log under `reader`; nothing when signed entries are hurt: that is not mended.
    init(_ reader: some JournalReader) throws(VerificationFailure) {
        var leaves: [Bytes32] = [], ends: [Int] = []
        _ = try EntryBundles(reader) { (sequence, entry) throws(VerificationFailure) in
            leaves.append(MerkleTree.leafHash(entry))
            ends.append(2 + entry.byteCount + (sequence % Tile.width == 0 ? 0 : ends[sequence - 1]))
        }
        let stored = try Self.storedHashes(reader)
        size = zip(leaves, stored).prefix { $0 == $1 }.count
        signedSize = try Self.newestSignedSize(reader)
        guard size >= signedSize, size > 0 else { return }

        try mendEntries(reader, bundleByteCount: ends[size - 1])
        try mendTiles(reader, leaves.prefix(size))
        try mendCheckpoint(reader)
    }

    private static func storedHashes(_ reader: some JournalReader) throws(VerificationFailure) -> [Bytes32] {
        var hashes: [Bytes32] = []
        while let tile = try reader.file(Tile.path(level: 0, hashes.count / Tile.width)) {
            var rest = ByteReader(tile.rawSpan)
            var count = 0
            while count < Tile.width, let bytes = try? rest.take(Bytes32.byteCount), let hash = Bytes32(bytes) {
                hashes.append(hash)
                count += 1
            }
            if count < Tile.width { break }
        }
        return hashes
    }

    private static func newestSignedSize(_ reader: some JournalReader) throws(VerificationFailure) -> Int {
        let prefix = AuditLog.checkpointFolder.count + 1
        let sizes = try reader.files(below: AuditLog.checkpointFolder).compactMap { Int($0.dropFirst(prefix)) }
        let checkpoint = try reader.checkpoint(AuditLog.checkpointPath)
        return max(sizes.max() ?? 0, checkpoint?.size ?? 0)
    }

    /// Cuts the last bundle behind its last whole entry, and removes those behind.
    private mutating func mendEntries(
        _ reader: some JournalReader, bundleByteCount: Int
    ) throws(VerificationFailure) {
        let last = (size - 1) / Tile.width
        let file = try reader.file(Tile.entriesPath(last)) ?? []
        // A step even when nothing is to be cut: it makes durable what a killed daemon left in the cache.
        operations.append(.truncate(path: Tile.entriesPath(last), byteCount: bundleByteCount))
        droppedByteCount += file.count - bundleByteCount
        try remove(reader, from: last + 1, Tile.entriesPath)
    }

    /// Makes each level hold the hashes of the entries, as far as no signature covers them.
    private mutating func mendTiles(
        _ reader: some JournalReader, _ leaves: ArraySlice<Bytes32>
    ) throws(VerificationFailure) {
        var hashes = leaves, level = 0
        while level <= Tile.maximumLevel {
            for index in 0..<((hashes.count + Tile.width - 1) / Tile.width) {
                let expected = hashes.dropFirst(index * Tile.width).prefix(Tile.width).flatMap(\.array)
                let signed = Tile.itemCount(index, of: Tile.hashCount(level: level, size: signedSize))
                try mend(reader, Tile.path(level: level, index), expected, signedCount: signed)
            }
            let count = (hashes.count + Tile.width - 1) / Tile.width
            try remove(reader, from: count) { [level] index in Tile.path(level: level, index) }
            hashes =
                (0..<(hashes.count / Tile.width)).map {
                    MerkleTree.root(of: hashes[($0 * Tile.width)..<(($0 + 1) * Tile.width)])
                }[...]
            level += 1
        }
    }

    private mutating func mend(
        _ reader: some JournalReader, _ path: String, _ expected: [UInt8], signedCount: Int
    ) throws(VerificationFailure) {
        let file = try reader.file(path) ?? []
        guard file != expected else { return }
        let same = zip(file, expected).prefix { $0 == $1 }.count / Bytes32.byteCount
        guard same >= signedCount else { return }  // hurt below the signature: the audit will say so
        let offset = same * Bytes32.byteCount
        if file.count > offset { operations.append(.truncate(path: path, byteCount: offset)) }
        if expected.count > offset {
            operations.append(.write(path: path, offset: offset, bytes: Array(expected[offset...])))
        }
        droppedByteCount += max(0, file.count - expected.count)
    }

    private mutating func remove(
        _ reader: some JournalReader, from index: Int, _ path: (Int) -> String
    ) throws(VerificationFailure) {
        var index = index
        while let file = try reader.file(path(index)) {
            operations.append(.remove(path: path(index)))
            droppedByteCount += file.count
            index += 1
        }
    }

    /// The copy of the newest checkpoint may lag by one: a crash came between the two.
    private mutating func mendCheckpoint(_ reader: some JournalReader) throws(VerificationFailure) {
        let kept = try reader.files(below: AuditLog.checkpointFolder)
        guard let newest = kept.last, let bytes = try reader.file(newest) else { return }
        let current = try reader.file(AuditLog.checkpointPath)
        let previous = try kept.dropLast().last.flatMap { (path) throws(VerificationFailure) in
            try reader.checkpoint(path)
        }
        let copied = try reader.checkpoint(AuditLog.checkpointPath)
        if current == nil ? kept.count == 1 : copied != nil && copied == previous {
            operations.append(.replace(path: AuditLog.checkpointPath, bytes: bytes))
        }
    }
}

extension JournalReader {
    /// The checkpoint in a file, its signatures not looked at.
    func checkpoint(_ path: String) throws(VerificationFailure) -> Checkpoint? {
        guard let file = try file(path), let note = try? SignedNote(parsing: file) else { return nil }
        return Checkpoint(note.text)
    }
}
