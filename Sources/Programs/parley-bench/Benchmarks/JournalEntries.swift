internal import Age
internal import Basics
internal import Crypto
internal import Glibc
internal import Journal
internal import Platform
internal import Vault

extension Benchmark {
    /// Journal entries a second that are durable, each before the next or sixty-four at a time, beside the same bytes
    /// written to one file with one fdatasync each time. A sample of bursts holds its share of checkpoints.
    static var journal: [Benchmark] {
        [
            Benchmark("journal-single") { try measureJournal(entries: 1, times: 16, rounds: 40) },
            Benchmark("journal-burst") { try measureJournal(entries: 64, times: 4, rounds: 20) },
        ]
    }

    private static func measureJournal(entries: Int, times: Int, rounds: Int) throws -> Measurement {
        let folder = try ScratchFolder()
        var log = try JournalOnDisk(folder.path + "/log")
        let raw = try Descriptor.open(folder.path + "/raw", O_WRONLY | O_CREAT | O_EXCL)
        log.append(entries)  // what follows writes as much, and knows how much that is
        let bytes = [UInt8](repeating: 0x2a, count: log.writtenByteCount)
        var end = 0
        return Comparison(rounds: rounds) {
            for _ in 0..<times { log.append(entries) }
        } limit: {
            for _ in 0..<times {
                guard (try? raw.writeAll(bytes.rawSpan, at: end)) != nil, (try? raw.synchronizeData()) != nil else {
                    preconditionFailure("the disk takes what it took a moment ago")
                }
                end += bytes.count
            }
        }.rate(repetitions: entries * times)
    }
}

/// A journal whose batches are done on the disk of this machine, at once.
private struct JournalOnDisk: ~Copyable {
    /// Bytes of the writes of the last `append`.
    private(set) var writtenByteCount = 0
    private var journal: AuditLog
    private var files: JournalFiles
    private var random: SeededRandom
    private let contact: SubjectID
    private let moment = AuditLog.Moment(
        now: .zero, uptime: .zero, wall: WallTime(milliseconds: 1_795_456_200_000))

    init(_ path: String) throws {
        random = SeededRandom(seed: 1)
        let identity = Ed25519.KeyPair(seed: random.secretBytes(32)), storage = AgeIdentity(random.secretBytes(32))
        let settings = AuditLog.Settings(
            origin: JournalOrigin(identity: identity.publicKey), boot: 1, storage: storage.recipient)
        contact = SubjectID(using: &random)
        journal = AuditLog(creating: settings, identity: identity, at: moment, using: &random)
        files = try JournalFiles(at: path)
        drain()
    }

    /// Appends `count` entries that come together, and waits until they are stored.
    mutating func append(_ count: Int) {
        writtenByteCount = 0
        for _ in 0..<count {
            let ticket = try? journal.append(
                .callJoin(contact, role: "caller"), by: .daemon, urgency: .grants, at: moment, using: &random)
            precondition(ticket != nil, "a journal that works takes entries")
        }
        drain()
    }

    private mutating func drain() {
        while true {
            switch journal.poll() {
            case .wait: return
            case .stored, .health: break
            case .write(let batch):
                guard files.execute([batch])[0] == nil else { preconditionFailure("the disk takes the batch") }
                for case .write(_, _, let bytes) in batch.operations { writtenByteCount += bytes.count }
                journal.stored(batch.id, at: moment)
            }
        }
    }
}

/// A folder of our own on the disk, removed with all that is in it.
private final class ScratchFolder {
    let path: String

    init() throws {
        let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/var/tmp"
        path = "\(parent)/parley-bench.\(getpid())"
        try retrying("mkdir") { unsafe mkdir(path, 0o700) }
    }

    deinit { Self.remove(path) }

    private static func remove(_ path: String) {
        let folder = try? JournalFolder(at: path)
        for name in (try? folder?.names(in: "")) ?? [] {
            if name.hasSuffix("/") { remove("\(path)/\(name.dropLast())") } else { unsafe unlink("\(path)/\(name)") }
        }
        unsafe rmdir(path)
    }
}
