public import Age
internal import Basics
public import Crypto

extension AuditLog {
    /// Why a log was not opened.
    public enum OpenFailure: Error, Hashable, Sendable {
        /// There is none, or one whose making a crash cut short before anything was recorded: make a new one, and
        /// remove these files first.
        case absent(leftovers: [String])
        /// What was signed is damaged, or its key is lost. The log stays as it is; make the next one, and let it tell.
        case damaged(JournalDamage)
        /// The machine does not give the files to us. Nothing is known; try again.
        case unreadable(String)
    }

    /// Goes on with the log under `reader`. A torn end is cut off, what a crash left undone is done, and an entry
    /// tells of it; what was signed is first held to every rule. `storage` opens the seed of the epoch.
    public static func open(
        _ settings: Settings, from reader: some JournalReader, storage: borrowing AgeIdentity, at moment: Moment,
        using random: inout SeededRandom
    ) throws(OpenFailure) -> AuditLog {
        do throws(VerificationFailure) {
            if try !isUnborn(reader) {
                return try AuditLog(settings, from: reader, storage: storage, at: moment, using: &random)
            }
        } catch {
            if error.kind == .unreadable { throw .unreadable(error.reason) }
            let signed = (try? reader.checkpoint(checkpointPath)) ?? nil
            throw .damaged(JournalDamage(origin: settings.origin, signed: signed, failure: error))
        }
        throw .absent(leftovers: (try? reader.paths(below: "")) ?? [])
    }

    /// Whether no checkpoint was ever stored. Before the first, only genesis and what may follow it were.
    private static func isUnborn(_ reader: some JournalReader) throws(VerificationFailure) -> Bool {
        guard try reader.folder("") != nil else { return true }
        guard try reader.file(checkpointPath) == nil, try reader.files(below: checkpointFolder).isEmpty else {
            return false
        }
        return try EntryBundles(reader) { _, _ in }.count <= 2
    }

    private init(
        _ settings: Settings, from reader: some JournalReader, storage: borrowing AgeIdentity, at moment: Moment,
        using random: inout SeededRandom
    ) throws(VerificationFailure) {
        let repair = try LogRepair(reader)
        let log = try LogAudit.run(try RepairedReader(reader, repair.operations))
        guard log.origin == settings.origin else { throw VerificationFailure(.wrongKey, "the log is not this node's") }
        // An epoch whose last entry is stored and not signed yet is closed now: both keys are there.
        let isEpochClosing = log.facts.epochEnds.last.map { $0.size > log.signed.size } ?? false
        let number = log.facts.epochEnds.count - (isEpochClosing ? 1 : 0)
        let epoch = try Self.epoch(number, of: log, reader, storage)
        let next: KeyEpoch? = isEpochClosing ? try Self.epoch(number + 1, of: log, reader, storage) : nil
        let seeds = try reader.files(below: KeyEpoch.folder)
        let usedByteCount = try Self.usedByteCount(reader)
        let policyFile = try reader.file(LogPolicy.path)

        self.settings = settings
        boot = Self.name(ofBoot: settings.boot)
        recovery = Recovery(
            droppedByteCount: repair.droppedByteCount,
            wasCleanlyStopped: JournalEvent.closingNames.contains(log.facts.lastEvent)
                && repair.droppedByteCount == 0
                && log.signed.size == log.leaves.count)
        tail = LogTail(leaves: log.leaves, bundleByteCount: log.bundleByteCount)
        self.epoch = epoch
        firstVKey = log.genesisKey
        policy = log.facts.policy(at: log.leaves.count - (isEpochClosing ? 1 : 0))
        writtenPolicy = policy
        signed = (log.signed, log.signedLines)
        storedCheckpoint = log.signed
        acknowledgedSize = log.leaves.count
        space = DiskSpace(quotaByteCount: settings.quotaByteCount, usedByteCount: usedByteCount)

        outbox.add(repair.operations)
        timers[.epoch] = moment.now + Self.remainingAge(of: log, at: moment.wall)
        if let next { close(with: next, at: moment.now) }
        if policyFile != policy.encoded { outbox.add([.replace(path: LogPolicy.path, bytes: policy.encoded)]) }
        // Seeds of epochs that have ended, or that a crash kept from beginning.
        let current = self.epoch.path
        outbox.add(seeds.filter { $0 != current }.map { .wipe(path: $0) })
        if repair.droppedByteCount > 0 {
            write(.journalRecovered(droppedByteCount: repair.droppedByteCount), at: moment)
        }
        sign()
        allocateReserve()
    }

    /// The epoch whose seed lies sealed on the disk, if that is the seed of the key that the log names.
    private static func epoch(
        _ number: Int, of log: AuditedLog, _ reader: some JournalReader, _ storage: borrowing AgeIdentity
    ) throws(VerificationFailure) -> KeyEpoch {
        let start = number == 0 ? 0 : log.facts.epochEnds[number - 1].size
        guard let file = try reader.file(KeyEpoch.path(number)),
            let seed = try? AgeFile.openSecret(file, with: storage),
            seed.byteCount == Ed25519.KeyPair.seedByteCount
        else { throw VerificationFailure(.broken, "the key of epoch \(number) is lost") }
        let epoch = KeyEpoch(number: number, start: start, origin: log.origin, seed: seed)
        guard epoch.vkey == log.facts.logKeys[number] else {
            throw VerificationFailure(.broken, "the key of epoch \(number) is another than the log names")
        }
        return epoch
    }

    private static func usedByteCount(_ reader: some JournalReader) throws(VerificationFailure) -> Int {
        let checkpoints = try reader.files(below: checkpointFolder).count * DiskSpace.checkpointByteCount
        return try checkpoints + reader.byteCount(below: "tile") + reader.byteCount(below: "pii")
            + reader.byteCount(below: "keys")
    }

    /// How long the epoch may go on. The calendar may have stepped: more than a whole epoch it never is.
    private static func remainingAge(of log: AuditedLog, at wall: WallTime) -> Duration {
        let age = wall - log.facts.epochStart
        return min(max(KeyEpoch.maximumAge - age, .zero), KeyEpoch.maximumAge)
    }
}
