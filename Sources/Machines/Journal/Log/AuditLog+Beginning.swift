internal import Basics
public import Crypto

extension AuditLog {
    /// What was found when a log was opened.
    public struct Recovery: Hashable, Sendable {
        /// Bytes cut off behind the last whole entry.
        public let droppedByteCount: Int
        /// Whether the last run stopped in good order. When not, the caller records `crashRecovered`.
        public let wasCleanlyStopped: Bool
    }

    /// A new log: entry 0 is genesis, in which the identity signs the log's first key; the next, when it follows a
    /// damaged log, tells where that ended. Both are signed at once.
    public init(
        creating settings: Settings, identity: borrowing Ed25519.KeyPair, removing leftovers: [String] = [],
        continuing damage: JournalDamage? = nil, at moment: Moment, using random: inout SeededRandom
    ) {
        precondition(identity.publicKey == settings.origin.identity)
        let epoch = KeyEpoch(
            number: 0, start: 0, origin: settings.origin, seed: random.secretBytes(Ed25519.KeyPair.seedByteCount))
        let vkey = epoch.vkey, path = epoch.path
        let seed = epoch.sealedSeed(to: settings.storage, using: &random)
        let signature = identity.sign(Array(vkey.description.utf8).rawSpan)
        self.init(settings, epoch: epoch, policy: LogPolicy(logs: [vkey]), at: moment)

        outbox.add(leftovers.map { .remove(path: $0) })
        outbox.add(size: 0) { batch in
            batch.replaceFirst(path, seed)
            batch.replaceFirst(Self.originPath, Array("\(settings.origin.name)\n".utf8))
        }
        write(.genesis(vkey: vkey, identity: identity.publicKey, signature: signature.array), at: moment)
        if let damage { write(.journalContinues(damage), at: moment) }
        outbox.add(size: 0) { _ in }  // what is not signed yet may be begun anew: the checkpoint acknowledges it
        sign()
        allocateReserve()
        timers[.epoch] = moment.now + KeyEpoch.maximumAge
    }

    /// An empty log.
    private init(_ settings: Settings, epoch: consuming KeyEpoch, policy: LogPolicy, at moment: Moment) {
        self.settings = settings
        boot = Self.name(ofBoot: settings.boot)
        recovery = Recovery(droppedByteCount: 0, wasCleanlyStopped: true)
        tail = LogTail()
        firstVKey = epoch.vkey
        self.epoch = epoch
        self.policy = policy
        storedCheckpoint = Checkpoint(origin: settings.origin.name, size: 0, root: MerkleTree.emptyRoot)
        signed = (storedCheckpoint, [])
        acknowledgedSize = 0
        space = DiskSpace(quotaByteCount: settings.quotaByteCount, usedByteCount: 0)
    }

    static func name(ofBoot number: UInt64) -> String {
        Hex.encode((0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) })
    }
}
