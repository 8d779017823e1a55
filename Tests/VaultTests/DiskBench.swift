import Age
import Basics
import Crypto
import JournalTestSupport

@testable import Journal
@testable import Vault

/// A journal whose batches are done on the disk of this machine, at once.
struct DiskBench: ~Copyable {
    var journal: AuditLog
    var files: JournalFiles
    let folder: JournalFolder
    private(set) var lastTicket = Ticket(size: 0)
    private var random: SeededRandom
    private let moment = JournalBench.start

    /// A new log in the folder at `path`.
    init(seed: UInt64, at path: String) throws {
        var random = SeededRandom(seed: seed)
        let identity = Ed25519.KeyPair(seed: random.secretBytes(32)), storage = AgeIdentity(random.secretBytes(32))
        let settings = Self.settings(identity, storage)
        let journal = AuditLog(creating: settings, identity: identity, at: JournalBench.start, using: &random)
        self.init(journal, try JournalFiles(at: path), try JournalFolder(at: path), random)
    }

    /// The same node again on the log at `path`.
    init(reopening path: String, seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let identity = Ed25519.KeyPair(seed: random.secretBytes(32)), storage = AgeIdentity(random.secretBytes(32))
        let settings = Self.settings(identity, storage)
        let folder = try JournalFolder(at: path)
        random = random.stream(named: "again")
        let journal = try AuditLog.open(
            settings, from: folder, storage: storage, at: JournalBench.start, using: &random)
        self.init(journal, try JournalFiles(at: path), folder, random)
    }

    private init(
        _ journal: consuming AuditLog, _ files: consuming JournalFiles, _ folder: JournalFolder, _ random: SeededRandom
    ) {
        self.journal = journal
        self.files = files
        self.folder = folder
        self.random = random
        drain()
    }

    private static func settings(
        _ identity: borrowing Ed25519.KeyPair, _ storage: borrowing AgeIdentity
    ) -> AuditLog.Settings {
        AuditLog.Settings(origin: JournalOrigin(identity: identity.publicKey), boot: 1, storage: storage.recipient)
    }

    /// Appends an event and does what the journal asks.
    mutating func append(_ event: JournalEvent, urgency: AuditLog.Urgency = .reports) throws {
        lastTicket = try journal.append(event, by: .daemon, urgency: urgency, at: moment, using: &random)
        drain()
    }

    private mutating func drain() {
        while true {
            switch journal.poll() {
            case .wait: return
            case .stored, .health: break
            case .write(let batch):
                if let failure = files.execute([batch])[0] {
                    journal.failed(batch.id, failure, at: moment)
                } else {
                    journal.stored(batch.id, at: moment)
                }
            }
        }
    }
}

extension JournalFiles {
    /// Does some steps as one batch.
    mutating func execute(_ operations: [JournalOperation]) -> JournalWriteFailure? {
        execute([JournalBatch(operations)])[0]
    }
}

extension JournalBatch {
    /// A batch of these steps.
    init(number: UInt64 = 1, _ operations: [JournalOperation]) {
        self.init(id: ID(number: number), operations: operations, size: nil)
    }
}
