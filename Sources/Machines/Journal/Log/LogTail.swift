internal import Basics

/// The growing end of a log: where the next entry and its hashes go.
struct LogTail {
    /// The tree so far.
    private(set) var tree = MerkleFrontier()
    /// The hashes in the last, not yet full tile of each level.
    private var rows: [[Bytes32]] = [[]]
    /// Bytes in the last, not yet full entry bundle.
    private(set) var bundleByteCount = 0

    /// Entries so far.
    var size: Int { tree.size }

    /// An empty log.
    init() {}

    /// The end of a log that is there already: the hashes of its entries, and the bytes of its last bundle if that is
    /// not full.
    init(leaves: [Bytes32], bundleByteCount: Int) {
        var ignored = BatchBuilder()
        for leaf in leaves { append(leaf, to: &ignored) }
        self.bundleByteCount = leaves.count % Tile.width == 0 ? 0 : bundleByteCount
    }

    /// Appends an entry, and the writes that it takes to `batch`.
    mutating func append(_ entry: [UInt8], to batch: inout BatchBuilder) {
        precondition(entry.count <= JournalEntry.maximumByteCount)
        let path = Tile.entriesPath(size / Tile.width)
        let length = [UInt8(truncatingIfNeeded: entry.count >> 8), UInt8(truncatingIfNeeded: entry.count)]
        batch.write(path, at: bundleByteCount, length + entry)
        bundleByteCount += length.count + entry.count
        if size % Tile.width == Tile.width - 1 {
            batch.seal(path)
            bundleByteCount = 0
        }
        append(MerkleTree.leafHash(entry.rawSpan), to: &batch)
    }

    /// A full tile's root is the next hash of the level above.
    private mutating func append(_ leafHash: Bytes32, to batch: inout BatchBuilder) {
        var hash = leafHash, place = size, level = 0
        tree.append(leafHash)
        while true {
            let path = Tile.path(level: level, place / Tile.width)
            batch.write(path, at: place % Tile.width * Bytes32.byteCount, hash.array)
            rows[level].append(hash)
            guard rows[level].count == Tile.width else { return }
            batch.seal(path)
            hash = MerkleTree.root(of: rows[level][...])
            rows[level] = []
            place /= Tile.width
            level += 1
            if rows.count == level { rows.append([]) }
        }
    }
}
