public import Age
public import Basics
public import Crypto

/// The signed log of what this daemon did: a machine that turns events into entries, entries into a Merkle tree and
/// signed checkpoints, and all of it into steps for a disk.
///
/// After each call drain `poll` until it answers `.wait`. Every batch is reported back, by `stored` or `failed`; an
/// entry counts as recorded when its ticket is stored, not before. What grants is appended first and done when the
/// ticket is stored; what withdraws is done at once and appended after.
///
/// It has no clock, no chance and no disk of its own. While the disk fails it refuses what grants and keeps what
/// withdraws; nothing that grants happens unrecorded.
public struct AuditLog: ~Copyable, Sendable {
    /// What a journal is made with.
    public struct Settings: Sendable {
        /// Whose log, and which.
        public var origin: JournalOrigin
        /// Random for each start of the daemon.
        public var boot: UInt64
        /// The node's own recipient: seeds and data keys are sealed to it.
        public var storage: AgeRecipient
        /// Who else may open sidecars, such as an officer or an escrow.
        public var keyHolders: [AgeRecipient] = []
        /// The most bytes that the log and its sidecars may take.
        public var quotaByteCount = 1 << 30

        /// A log of the node that holds `storage`.
        public init(origin: JournalOrigin, boot: UInt64, storage: AgeRecipient) {
            self.origin = origin
            self.boot = boot
            self.storage = storage
        }
    }

    /// What the caller is to do.
    public enum Output: Hashable, Sendable {
        /// Give this to the disk, and report how it went.
        case write(JournalBatch)
        /// Entries up to this ticket are stored: what waited for them may happen.
        case stored(through: Ticket)
        /// Whether what grants can be recorded has changed.
        case health(Health)
        /// Nothing to do until then.
        case wait(until: Instant)
    }

    /// Whether entries can be recorded.
    public enum Health: Hashable, Sendable {
        /// All is well.
        case working
        /// Only the reserve is left: what withdraws is recorded, what grants is refused.
        case full
        /// The disk fails, for this reason: what withdraws waits in memory, what grants is refused.
        case broken(String)
    }

    /// The clocks at one moment.
    public struct Moment: Hashable, Sendable {
        /// Drives the timers.
        public var now: Instant
        /// Since the machine started, suspend included: stands in entries.
        public var uptime: Instant
        /// The calendar: stands in entries, and is never relied on.
        public var wall: WallTime

        /// One moment on three clocks.
        public init(now: Instant, uptime: Instant, wall: WallTime) {
            self.now = now
            self.uptime = uptime
            self.wall = wall
        }
    }

    enum Timer: CaseIterable { case checkpoint, epoch, retry, reserve, summary }

    let settings: Settings
    let boot: String
    /// What recovery found; for a new log, nothing.
    public let recovery: Recovery

    var tail: LogTail
    var epoch: KeyEpoch
    var policy: LogPolicy
    /// What the file holds when all that waits is done.
    var writtenPolicy: LogPolicy?
    let firstVKey: VerifierKey
    /// The newest checkpoint, and every line under it. It may still wait for the disk.
    var signed: (checkpoint: Checkpoint, lines: [NoteSignature])
    /// The newest checkpoint that is stored: the one to be told of.
    var storedCheckpoint: Checkpoint
    /// Checkpoints that wait for the disk, oldest first.
    var waitingCheckpoints: [(batch: JournalBatch.ID, checkpoint: Checkpoint)] = []

    var outbox = Outbox()
    var outputs: [Output] = []
    var timers = TimerTable<Timer>()
    var acknowledgedSize: Int
    var isStopped = false

    var sidecars = SidecarKeys()
    var floods = FloodGuard()
    var strangers = OrderedMap<String, Int>()
    var space: DiskSpace
    var toldHealth = Health.working

    /// Refusals because the disk fails or is full that no entry tells of yet.
    var lostCount = 0

    /// An unsigned entry waits so long for others before it is signed.
    static let checkpointDelay: Duration = .seconds(60)
    /// So many unsigned entries are signed at once.
    static let unsignedEntryLimit = 256
    static let checkpointPath = "checkpoint"
    static let checkpointFolder = "cp"
    static let originPath = "origin"

    /// The path under which the checkpoint of `size` is kept for ever.
    static func checkpointPath(_ size: Int) -> String {
        let digits = String(size)
        return "\(checkpointFolder)/" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    }
}

extension AuditLog {
    /// The newest entry that is stored.
    public var acknowledged: Ticket { Ticket(size: acknowledgedSize) }

    /// Whether the entry of `ticket` is stored.
    public func isStored(_ ticket: Ticket) -> Bool { ticket.size <= acknowledgedSize }

    /// Whether entries can be recorded.
    public var health: Health { space.health }

    /// Entries under the newest checkpoint that is stored.
    public var signedSize: Int { storedCheckpoint.size }

    /// What stands at the head of the log.
    public var head: JournalHead {
        JournalHead(
            origin: settings.origin, size: acknowledgedSize, signed: storedCheckpoint, vkey: firstVKey)
    }

    /// The number of the epoch, from 0.
    public var epochNumber: Int { epoch.number }

    /// Stores what waits and tells what else is to do.
    public mutating func poll() -> Output {
        if !outputs.isEmpty { return outputs.removeFirst() }
        if let batch = outbox.next() { return .write(batch) }
        return .wait(until: timers.next?.deadline ?? .distantFuture)
    }

    /// Does what is due. May come early, and as often as you like.
    public mutating func timeout(at moment: Moment, using random: inout SeededRandom) {
        while let timer = timers.popExpired(at: moment.now) {
            switch timer {
            case .checkpoint: sign()
            case .epoch: rollEpoch(reason: "age", at: moment, using: &random)
            case .retry: outbox.retry()
            case .reserve: allocateReserve()
            case .summary: summarize(at: moment)
            }
        }
    }
}
