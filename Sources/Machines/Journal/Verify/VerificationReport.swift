public import Basics

/// What a log that fits together proves, and what it does not.
public struct VerificationReport: Hashable, Sendable {
    /// The name of the log, and the identity whose it is.
    public let origin: JournalOrigin
    /// Entries in the log.
    public let size: Int
    /// The newest checkpoint.
    public let signed: Checkpoint
    /// The key of genesis.
    public let vkey: VerifierKey
    /// Keys that signed the log in turn.
    public let epochCount: Int
    /// Nothing before this size can be changed unnoticed by anyone but these parties together with the owner.
    public let witnessedSize: Int
    /// Who cosigned there.
    public let witnesses: [String]
    /// What is not wrong and still should be known.
    public let warnings: [String]

    init(_ log: AuditedLog, now: WallTime?) {
        origin = log.origin
        size = log.leaves.count
        signed = log.signed
        vkey = log.genesisKey
        epochCount = log.facts.logKeys.count
        (witnessedSize, witnesses) = log.witnessed
        var warnings: [String] = []
        if let since = log.unsignedSince {
            let isLate = now.map { $0 - since > AuditLog.checkpointDelay } ?? false
            warnings.append(
                "\(size - signed.size) entries from \(signed.size) on are not signed\(isLate ? ", for over 60 s" : "")")
        }
        if log.unfinishedCount > 0 {
            warnings.append("\(log.unfinishedCount) entries behind the end were never stored whole")
        }
        if log.isCheckpointBehind { warnings.append("the file checkpoint does not show the newest of cp/ yet") }
        self.warnings = warnings
    }

    /// What is proved, in one honest line.
    public var summary: String {
        "witnessed to entry \(witnessedSize) by \(witnesses.count) parties; "
            + "\(size - witnessedSize) rest on this machine alone"
    }

    /// The report for scripts.
    public var json: JSONValue {
        [
            "epochs": JSONValue(epochCount), "identity": .string(BaseEncoding.base64.encode(origin.identity.array)),
            "ok": true, "origin": .string(origin.name), "root": signed.root.json, "signed": JSONValue(signed.size),
            "size": JSONValue(size), "summary": .string(summary), "vkey": .string(vkey.description),
            "warnings": .array(warnings.map(JSONValue.string)), "witnessed": JSONValue(witnessedSize),
            "witnesses": .array(witnesses.map(JSONValue.string)),
        ]
    }
}
