import Age
import Basics
import Crypto
import Journal
import Mesh
import NodeEngine
import Platform
import Vault

/// The journal is opened with the identity: its epoch's key is sealed to the storage key.
extension KeyKeeper {
    /// A log may follow a damaged one, and that one another; more than this many are a machine that eats its files.
    private static let mostGenerations = 64

    static var moment: AuditLog.Moment {
        moment(at: MonotonicClock.now)
    }

    /// The clocks, at an instant that was read a moment ago.
    static func moment(at now: Instant) -> AuditLog.Moment {
        AuditLog.Moment(now: now, uptime: BootClock.now, wall: WallClock.now)
    }

    /// Goes on with the newest log, or begins the first one, or the next when that one is damaged.
    func openJournal(_ identity: borrowing Identity, on disk: inout Disk) throws(KeyFailure) -> AuditLog {
        var random = SeededRandom(seed: SystemEntropy.seed())
        var origin = JournalOrigin(identity: identity.person.publicKey)
        while folderExists(origin.next), origin.generation < Self.mostGenerations { origin = origin.next }
        let storage = AgeIdentity(identity.storage.copy())
        let settings = AuditLog.Settings(origin: origin, boot: boot, storage: storage.recipient)
        do throws(AuditLog.OpenFailure) {
            let reader = try folder(origin)
            let journal = try AuditLog.open(
                settings, from: reader, storage: storage, at: Self.moment, using: &random)
            try write(to: origin, on: &disk)
            return journal
        } catch {
            switch error {
            case .absent(let leftovers):
                return try begin(settings, identity, removing: leftovers, continuing: nil, on: &disk, &random)
            case .damaged(let damage):
                Log.error("the journal is damaged and stays as it is; a new one goes on: \(damage)")
                let next = AuditLog.Settings(origin: origin.next, boot: boot, storage: storage.recipient)
                return try begin(next, identity, removing: [], continuing: damage, on: &disk, &random)
            case .unreadable(let reason): throw .system(reason)
            }
        }
    }

    private func begin(
        _ settings: AuditLog.Settings, _ identity: borrowing Identity, removing leftovers: [String],
        continuing damage: JournalDamage?, on disk: inout Disk, _ random: inout SeededRandom
    ) throws(KeyFailure) -> AuditLog {
        do throws(AuditLog.OpenFailure) { try write(to: settings.origin, on: &disk) } catch {
            throw .system("\(error)")
        }
        return AuditLog(
            creating: settings, identity: identity.person, removing: leftovers, continuing: damage, at: Self.moment,
            using: &random)
    }

    /// The folder of a log.
    func path(of origin: JournalOrigin) -> String { "\(paths.journal)/\(origin.folderName)" }

    private func folderExists(_ origin: JournalOrigin) -> Bool {
        guard let folder = try? JournalFolder(at: path(of: origin)) else { return false }
        return (try? folder.names(in: "")) != nil
    }

    private func folder(_ origin: JournalOrigin) throws(AuditLog.OpenFailure) -> JournalFolder {
        do throws(JournalReadFailure) { return try JournalFolder(at: path(of: origin)) } catch {
            throw .unreadable("\(error.path): \(error.reason)")
        }
    }

    private func write(to origin: JournalOrigin, on disk: inout Disk) throws(AuditLog.OpenFailure) {
        do throws(SystemError) { disk.journal = try JournalFiles(at: path(of: origin)) } catch {
            throw .unreadable("\(error)")
        }
    }
}
