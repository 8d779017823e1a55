internal import Basics

/// Reads a log whole and holds it to every rule: hashes, tiles, sequence, keys, epochs, checkpoints, policy.
///
/// No byte of `tile/`, `cp/`, `checkpoint` and `policy` is free in a log whose last entry is signed. Behind the last
/// signature a crash may have left some things unfinished, which are allowed by name below; all else is refused.
struct LogAudit<Reader: JournalReader> {
    private let reader: Reader
    /// The hashes of all whole entries.
    private let leaves: [Bytes32]
    private let bundles: EntryBundles
    /// The newest checkpoint.
    private let note: SignedNote
    private let signed: Checkpoint
    /// What the file `checkpoint` holds: the same, or in a log that is still written the one before.
    private let copy: (note: SignedNote, size: Int)
    /// How many entries have their hash stored: these are the log.
    private let size: Int
    private let checkpointSizes: [Int]

    private var facts = LogFacts()
    private var unsignedSince: WallTime?
    private var bundleByteCount = 0

    /// Reads what all the checks need; here the kinds of failure part.
    private init(_ reader: Reader) throws(VerificationFailure) {
        self.reader = reader
        guard let names = try reader.folder("") else { throw VerificationFailure(.absent, "there is no log here") }
        var hashes: [Bytes32] = []
        bundles = try EntryBundles(reader) { hashes.append(MerkleTree.leafHash($1)) }
        leaves = hashes
        checkpointSizes = try Self.checkpointSizes(reader)
        guard let file = try reader.file(AuditLog.checkpointPath) else {
            throw leaves.isEmpty && checkpointSizes.isEmpty && bundles.trailingByteCount == 0
                ? VerificationFailure(.empty, "the log has no entry")
                : VerificationFailure(.unsigned, "there is no checkpoint")
        }
        if let stranger = names.sorted().first(where: { !Self.known.contains($0) }) {
            throw VerificationFailure(.broken, "\(stranger) should not be in a log's folder")
        }
        let (copied, shown) = try Self.read(checkpoint: file)
        copy = (copied, shown.size)
        if let newest = checkpointSizes.last, checkpointSizes.dropLast().last == shown.size,
            let newer = try reader.file(AuditLog.checkpointPath(newest))
        {
            (note, signed) = try Self.read(checkpoint: newer)
        } else {
            (note, signed) = (copied, shown)
        }
        size = try Self.storedHashCount(reader)
        let newest = max(signed.size, checkpointSizes.last ?? 0)
        guard min(leaves.count, size) >= newest else {
            throw VerificationFailure(
                .truncated,
                "\(newest) entries were signed and \(leaves.count) are left, \(size) of them with their hash")
        }
        guard size <= leaves.count else {
            throw VerificationFailure(.broken, "there are \(leaves.count) whole entries and \(size) hashes")
        }
    }

    /// What may lie in a log's folder. What is not evidence is not read here.
    private static var known: [String] {
        [
            "checkpoint", "cp/", "epoch/", "keys/", "origin", "pii/", "policy", DiskSpace.reservePath, "tile/", "tmp/",
        ]
    }

    /// Judges the log under `reader`.
    static func run(
        _ reader: Reader, key: VerifierKey? = nil, anchor: [UInt8]? = nil
    ) throws(VerificationFailure) -> AuditedLog {
        var audit = try LogAudit(reader)
        try audit.checkTiles()
        try audit.readEntries()
        if let key, key != audit.facts.genesisKey {
            throw VerificationFailure(.wrongKey, "the log's first key is not the one that was asked for")
        }
        let anchored = try anchor.map { (file) throws(VerificationFailure) in try audit.readAnchor(file) }
        let roots = audit.roots(at: audit.checkpointSizes + (anchored.map { [$0.size] } ?? []))
        if let anchored, roots[anchored.size] != anchored.root {
            throw VerificationFailure(.broken, "the log is not the one that the anchor shows: history was rewritten")
        }
        try audit.checkLinks(roots)
        let witnessed = try audit.checkCheckpoints(roots)
        try audit.checkPolicy()
        return try audit.result(witnessed)
    }
}

// MARK: Reading

extension LogAudit {
    private static func read(checkpoint file: [UInt8]) throws(VerificationFailure) -> (SignedNote, Checkpoint) {
        guard let note = try? SignedNote(parsing: file), let checkpoint = Checkpoint(note.text) else {
            let text = String(decoding: file, as: UTF8.self)
            let isUnsigned = Checkpoint(text.hasSuffix("\n\n") ? String(text.dropLast()) : text) != nil
            throw isUnsigned
                ? VerificationFailure(.unsigned, "the checkpoint bears no signature")
                : VerificationFailure(.broken, "the checkpoint is not a signed note of three lines")
        }
        return (note, checkpoint)
    }

    /// The sizes that name the files of `cp/`, ascending.
    private static func checkpointSizes(_ reader: Reader) throws(VerificationFailure) -> [Int] {
        var sizes: [Int] = []
        for path in try reader.files(below: AuditLog.checkpointFolder) {
            guard let size = Int(path.dropFirst(AuditLog.checkpointFolder.count + 1)), size > 0,
                AuditLog.checkpointPath(size) == path
            else { throw VerificationFailure(.broken, "\(path) is not the name of a checkpoint") }
            sizes.append(size)
        }
        return sizes.sorted()
    }

    /// Whole hashes of entries in the files of level 0.
    private static func storedHashCount(_ reader: Reader) throws(VerificationFailure) -> Int {
        var count = 0, index = 0
        while let tile = try reader.file(Tile.path(level: 0, index)) {
            count += tile.count / Bytes32.byteCount
            index += 1
        }
        return count
    }

    private mutating func readEntries() throws(VerificationFailure) {
        var facts = LogFacts()
        var unsignedSince: WallTime?
        var byteCount = 0
        _ = try EntryBundles(reader) { (sequence, bytes) throws(VerificationFailure) in
            guard let entry = JournalEntry(parsing: bytes), entry.sequence == sequence else {
                throw VerificationFailure(.broken, "entry \(sequence) is malformed or out of its place")
            }
            guard sequence < size else { return }  // unfinished: it says nothing yet
            if sequence == signed.size { unsignedSince = entry.time }
            byteCount = 2 + bytes.byteCount + (sequence % Tile.width == 0 ? 0 : byteCount)
            try facts.read(entry, at: sequence)
        }
        (self.facts, self.unsignedSince, bundleByteCount) = (facts, unsignedSince, byteCount)
    }

    /// A checkpoint that somebody else kept: it must be this log's, and not beyond its end.
    private func readAnchor(_ file: [UInt8]) throws(VerificationFailure) -> Checkpoint {
        guard let note = try? SignedNote(parsing: file), let anchor = Checkpoint(note.text) else {
            throw VerificationFailure(.broken, "the anchor is not a signed checkpoint")
        }
        guard anchor.origin == signed.origin else {
            throw VerificationFailure(.wrongKey, "the anchor is of another log: \(anchor.origin)")
        }
        // A later epoch may have signed it, whose key a log that was cut does not know.
        guard anchor.size <= size else {
            throw VerificationFailure(.truncated, "the anchor shows \(anchor.size) entries, \(size) are left")
        }
        guard (try? note.verified(by: facts.logKeys)) != nil else {
            throw VerificationFailure(.wrongKey, "the anchor is not signed by a key of this log")
        }
        return anchor
    }

    /// The roots of the tree at some sizes.
    private func roots(at sizes: [Int]) -> [Int: Bytes32] {
        let wanted = Set(sizes)
        var roots: [Int: Bytes32] = [:]
        var tree = MerkleFrontier()
        if wanted.contains(0) { roots[0] = tree.root }
        for leaf in leaves {
            tree.append(leaf)
            if wanted.contains(tree.size) { roots[tree.size] = tree.root }
        }
        return roots
    }
}

// MARK: Checking

extension LogAudit {
    /// Every tile holds the hashes that the entries give, and nothing else lies in `tile/`. Of the hashes that cover
    /// no signed entry, the last may be missing.
    private func checkTiles() throws(VerificationFailure) {
        guard bundles.trailingByteCount == 0 else {
            throw VerificationFailure(
                .broken, "\(bundles.trailingByteCount) bytes behind entry \(bundles.count) are no whole entry")
        }
        var expected = (0..<bundles.bundleCount).map(Tile.entriesPath)
        var hashes = leaves, level = 0
        while !hashes.isEmpty {
            let least = level == 0 ? size : Tile.hashCount(level: level, size: signed.size)
            let most = Tile.hashCount(level: level, size: size)
            expected += try check(hashes.prefix(most), level: level, atLeast: least)
            hashes = (0..<(hashes.count / Tile.width)).map {
                MerkleTree.root(of: hashes[($0 * Tile.width)..<(($0 + 1) * Tile.width)])
            }
            level += 1
        }
        let found = try reader.files(below: "tile")
        guard found == expected.sorted() else {
            let difference = Set(found).symmetricDifference(expected).sorted().first ?? "tile"
            throw VerificationFailure(.broken, "\(difference) is missing or should not be there")
        }
    }

    /// The files of one level; at least the first `least` hashes must be there.
    private func check(
        _ hashes: ArraySlice<Bytes32>, level: Int, atLeast least: Int
    ) throws(VerificationFailure) -> [String] {
        var paths: [String] = []
        var count = 0
        while count < hashes.count, let tile = try reader.file(Tile.path(level: level, paths.count)) {
            let path = Tile.path(level: level, paths.count)
            let rest = hashes.dropFirst(count).prefix(Tile.width)
            guard !tile.isEmpty, tile.count % Bytes32.byteCount == 0,
                rest.flatMap(\.array).starts(with: tile)
            else { throw VerificationFailure(.broken, "\(path) does not hold the hashes of the entries") }
            paths.append(path)
            count += tile.count / Bytes32.byteCount
            if tile.count < Tile.width * Bytes32.byteCount { break }
        }
        guard count >= least else {
            throw VerificationFailure(.broken, "level \(level) of the tiles has \(count) hashes, not \(hashes.count)")
        }
        return paths
    }

    /// An entry tells of each checkpoint but the newest, so that none can be taken away or slipped in.
    private func checkLinks(_ roots: [Int: Bytes32]) throws(VerificationFailure) {
        // Who writes both may be killed between them; who has closed the log has written both.
        let isClosed = JournalEvent.closingNames.contains(facts.lastEvent)
        guard checkpointSizes.last == signed.size, copy.size == signed.size || !isClosed else {
            throw VerificationFailure(.broken, "the checkpoint is not the newest of cp/")
        }
        let linked = facts.links.map(\.size), kept = checkpointSizes.filter { $0 < size }
        guard linked == kept else {
            let difference = Set(linked).symmetricDifference(kept).min() ?? 0
            throw VerificationFailure(
                .broken, "the checkpoint of \(difference) entries is missing, or no entry tells of it")
        }
        for link in facts.links where roots[link.size] != link.root {
            throw VerificationFailure(.broken, "entry \(link.size) tells of another root before it")
        }
        for end in facts.epochEnds {  // V2
            guard checkpointSizes.contains(end.size) || (end.size == size && end.size > signed.size) else {
                throw VerificationFailure(.broken, "the epoch that ends at \(end.size) has no closing checkpoint")
            }
        }
    }

    /// Every checkpoint shows the tree and bears exactly the lines that it should (V1). Returns the largest size that
    /// witnesses signed, and their names.
    private func checkCheckpoints(
        _ roots: [Int: Bytes32]
    ) throws(VerificationFailure) -> (size: Int, names: [String]) {
        guard let origin = facts.origin else { throw VerificationFailure(.broken, "the log has no genesis") }
        var witnessed: (size: Int, names: [String]) = (0, [])
        for size in checkpointSizes {
            let path = AuditLog.checkpointPath(size)
            guard let root = roots[size], let file = try reader.file(path), let kept = try? SignedNote(parsing: file)
            else { throw VerificationFailure(.broken, "\(path) is not a signed note") }
            let text = Checkpoint(origin: origin.name, size: size, root: root).text
            let names = try checkLines(of: kept, text: text, size: size, path: path)
            if !names.isEmpty { witnessed = (size, names) }
            guard size == copy.size else { continue }
            let newer = try checkLines(of: copy.note, text: text, size: size, path: AuditLog.checkpointPath)
            if newer.count > names.count { witnessed = (size, newer) }
        }
        return witnessed
    }

    /// The log's lines first and in order, then those of witnesses in theirs; no other, none twice.
    private func checkLines(
        of note: SignedNote, text: String, size: Int, path: String
    ) throws(VerificationFailure) -> [String] {
        let signers = facts.signers(at: size)
        guard note.signatures.contains(where: { line in facts.logKeys.contains { line.claims($0) } }) else {
            throw VerificationFailure(.wrongKey, "\(path) is not signed by a key of this log")
        }
        guard note.text.utf8.elementsEqual(text.utf8) else {
            throw VerificationFailure(.broken, "\(path) does not show the tree of the entries")
        }
        let cosigners = note.signatures.dropFirst(signers.count)
        let isSigned =
            note.signatures.count >= signers.count
            && zip(note.signatures, signers).allSatisfy { note.isValid($0, by: $1) }
        let isCosigned = cosigners.allSatisfy { line in facts.witnesses.contains { note.isValid(line, by: $0.vkey) } }
        let isOrdered = zip(cosigners, cosigners.dropFirst()).allSatisfy { NoteSignature.isOrdered($0, $1) }
        guard isSigned, isCosigned, isOrdered else {
            throw VerificationFailure(.broken, "\(path) bears a line that it should not, or lacks one")
        }
        return cosigners.map(\.name)
    }

    /// `policy` holds the keys that the log names, in their order. It may lag behind what is not signed yet.
    private func checkPolicy() throws(VerificationFailure) {
        let file = try reader.file(LogPolicy.path)
        let changes = facts.epochEnds.map(\.size) + facts.witnesses.map { $0.sequence + 1 }
        let sizes = [signed.size] + changes.filter { $0 > signed.size }
        guard sizes.contains(where: { facts.policy(at: $0).encoded == file }) else {
            throw VerificationFailure(.broken, "policy does not hold exactly the keys that the log names")
        }
        if let origin = try reader.file(AuditLog.originPath), origin != Array("\(signed.origin)\n".utf8) {
            throw VerificationFailure(.broken, "origin is not the name of the log")
        }
    }

    private func result(
        _ witnessed: (size: Int, names: [String])
    ) throws(VerificationFailure) -> AuditedLog {
        guard let origin = facts.origin, let genesisKey = facts.genesisKey else {
            throw VerificationFailure(.broken, "the log has no genesis")
        }
        return AuditedLog(
            facts: facts, origin: origin, genesisKey: genesisKey, leaves: Array(leaves.prefix(size)),
            bundleByteCount: bundleByteCount, unfinishedCount: leaves.count - size, signed: signed,
            signedLines: note.signatures, isCheckpointBehind: copy.size != signed.size, witnessed: witnessed,
            unsignedSince: unsignedSince)
    }
}
