public import Basics

/// The daemon and the journal itself.
extension JournalEvent {
    /// The daemon started: its version and, when known, the SHA-256 of its binary.
    public static func daemonStart(version: JournalWord, binary: Bytes32?) -> JournalEvent {
        JournalEvent("daemon.start", ["binary": binary.map(\.json), "version": version.json])
    }

    /// The daemon stops in good order; the log is signed to its end.
    public static func daemonStop(cause: JournalWord) -> JournalEvent {
        JournalEvent(stopName, ["cause": cause.json])
    }

    /// The last run did not stop in good order.
    public static func crashRecovered() -> JournalEvent { JournalEvent("crash.recovered") }

    /// The configuration changed: the SHA-256 of the file before and after.
    public static func configChange(old: Bytes32?, new: Bytes32) -> JournalEvent {
        JournalEvent("config.change", ["new": new.json, "old": old.map(\.json)])
    }

    /// Whether the clock follows a time server, and how far off it may be.
    public static func clockState(isSynchronized: Bool, maximumError: Duration) -> JournalEvent {
        JournalEvent(
            "clock.state",
            ["maxerr_us": JSONValue(maximumError.nanoseconds / 1000), "synced": .bool(isSynchronized)])
    }

    /// Entries are given out, opened or not: to be stored before the first of them is.
    public static func journalExport() -> JournalEvent { JournalEvent("journal.export") }

    static let stopName = "daemon.stop", lockName = "identity.lock"
    /// The events with which a log ends in good order.
    static let closingNames = [stopName, lockName]
    static let genesisName = "genesis"
    static let epochNextName = "epoch.next"
    static let witnessTrustedName = "witness.trusted"

    static func genesis(vkey: VerifierKey, identity: Bytes32, signature: [UInt8]) -> JournalEvent {
        JournalEvent(
            genesisName,
            [
                "identity": identity.json, "signature": .string(BaseEncoding.base64.encode(signature)),
                "vkey": .string(vkey.description),
            ])
    }

    static func epochNext(number: Int, vkey: VerifierKey, reason: JournalWord) -> JournalEvent {
        JournalEvent(
            epochNextName,
            ["epoch": JSONValue(number), "reason": reason.json, "vkey": .string(vkey.description)])
    }

    /// An epoch in which nothing else happened.
    static var heartbeat: JournalEvent { JournalEvent("heartbeat") }

    static func journalStatus(_ state: JournalWord, lost: Int) -> JournalEvent {
        JournalEvent("journal.status", ["lost": JSONValue(lost), "state": state.json])
    }

    static func journalRecovered(droppedByteCount: Int) -> JournalEvent {
        JournalEvent("journal.recovered", ["dropped_bytes": JSONValue(droppedByteCount)])
    }

    static func journalContinues(_ damage: JournalDamage) -> JournalEvent {
        JournalEvent(
            "journal.continues",
            [
                "cause": JournalWord(damage.failure.kind.name)?.json, "origin": .string(damage.origin.name),
                "root": damage.signed.map(\.root.json), "size": damage.signed.map { JSONValue($0.size) },
            ])
    }

    static func witnessTrusted(_ vkey: VerifierKey) -> JournalEvent {
        JournalEvent(witnessTrustedName, ["vkey": .string(vkey.description)])
    }
}

extension Bytes32 {
    var json: JSONValue { .string(BaseEncoding.base64.encode(array)) }
}
