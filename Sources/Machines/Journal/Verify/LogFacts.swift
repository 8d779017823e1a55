internal import Basics
internal import Crypto

/// What the entries say about the log itself: its owner, its keys, its witnesses and its checkpoints.
struct LogFacts {
    /// The last entry of an epoch, which names the next key.
    struct EpochEnd: Equatable {
        /// Entries up to and with it.
        let size: Int
        let next: VerifierKey
    }

    private(set) var origin: JournalOrigin?
    private(set) var genesisKey: VerifierKey?
    private(set) var epochEnds: [EpochEnd] = []
    private(set) var witnesses: [(sequence: Int, vkey: VerifierKey)] = []
    /// Sizes at which an entry says that a checkpoint was signed, and the root it gives.
    private(set) var links: [(size: Int, root: Bytes32)] = []
    private(set) var lastEvent = ""
    /// The time of each epoch's first entry, and of the first that `unsignedFrom` asks for.
    private(set) var epochStart = WallTime(milliseconds: 0)

    /// Takes in entry `sequence`.
    mutating func read(_ entry: JournalEntry, at sequence: Int) throws(VerificationFailure) {
        guard entry.sequence == sequence else { throw broken(sequence, "says that it is entry \(entry.sequence)") }
        guard (entry.event == JournalEvent.genesisName) == (sequence == 0) else {
            throw broken(sequence, sequence == 0 ? "is not genesis" : "is a second genesis")
        }
        if sequence == 0 { try readGenesis(entry) }
        if sequence == epochEnds.last?.size ?? 0 { epochStart = entry.time }
        if entry.event == JournalEvent.epochNextName { try readEpochEnd(entry) }
        if entry.event == JournalEvent.witnessTrustedName { try readWitness(entry) }
        if let root = entry.checkpointed { links.append((sequence, root)) }
        lastEvent = entry.event
    }

    /// The keys of the log in order: of genesis, then of each epoch.
    var logKeys: [VerifierKey] { (genesisKey.map { [$0] } ?? []) + epochEnds.map(\.next) }

    /// What `policy` holds when the first `size` entries count.
    func policy(at size: Int) -> LogPolicy {
        LogPolicy(
            logs: (genesisKey.map { [$0] } ?? []) + epochEnds.filter { $0.size <= size }.map(\.next),
            witnesses: witnesses.filter { $0.sequence < size }.map(\.vkey))
    }

    /// Whose signatures a checkpoint of `size` has: its epoch's key, and at the end of the epoch also the next (V1).
    func signers(at size: Int) -> [VerifierKey] {
        let index = epochEnds.firstIndex { size <= $0.size } ?? epochEnds.count
        let isEnd = index < epochEnds.count && epochEnds[index].size == size
        return Array(logKeys[index...(isEnd ? index + 1 : index)])
    }

    private mutating func readGenesis(_ entry: JournalEntry) throws(VerificationFailure) {
        guard let text = entry.fields["vkey"]?.string, let vkey = VerifierKey(text), vkey.kind == .ed25519,
            let identity = entry.fields["identity"]?.string.flatMap(Self.bytes32),
            let signature = entry.fields["signature"]?.string.flatMap(Self.signature)
        else { throw broken(0, "lacks the keys of genesis") }
        guard let origin = JournalOrigin(vkey.name, of: identity) else {
            throw broken(0, "names a log of another identity")
        }
        guard Ed25519.isValid(signature, of: Array(text.utf8).rawSpan, by: identity) else {
            throw VerificationFailure(.wrongKey, "the identity in genesis did not sign the log's key")
        }
        self.origin = origin
        genesisKey = vkey
    }

    private mutating func readEpochEnd(_ entry: JournalEntry) throws(VerificationFailure) {
        guard entry.fields["epoch"]?.int == epochEnds.count + 1,
            let vkey = entry.fields["vkey"]?.string.flatMap({ VerifierKey($0) }), vkey.kind == .ed25519,
            vkey.name == origin?.name, isNew(vkey)
        else { throw broken(entry.sequence, "does not begin epoch \(epochEnds.count + 1)") }
        epochEnds.append(EpochEnd(size: entry.sequence + 1, next: vkey))
    }

    private mutating func readWitness(_ entry: JournalEntry) throws(VerificationFailure) {
        guard let vkey = entry.fields["vkey"]?.string.flatMap({ VerifierKey($0) }), vkey.kind == .cosignature,
            isNew(vkey)
        else { throw broken(entry.sequence, "names no new witness") }
        witnesses.append((entry.sequence, vkey))
    }

    /// A key that came before, or whose id did, would leave a choice of what verifies a line.
    private func isNew(_ vkey: VerifierKey) -> Bool {
        !(logKeys + witnesses.map(\.vkey)).contains { $0.publicKey == vkey.publicKey || $0.id == vkey.id }
    }

    private func broken(_ sequence: Int, _ what: String) -> VerificationFailure {
        VerificationFailure(.broken, "entry \(sequence) \(what)")
    }

    private static func bytes32(_ text: String) -> Bytes32? {
        BaseEncoding.base64.decode(text).flatMap { Bytes32($0) }
    }

    private static func signature(_ text: String) -> Ed25519.Signature? {
        guard let bytes = BaseEncoding.base64.decode(text) else { return nil }
        return Ed25519.Signature(bytes.rawSpan)
    }
}
