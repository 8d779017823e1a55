internal import Basics

/// A log that fits together, as far as it was read.
struct AuditedLog {
    let facts: LogFacts
    let origin: JournalOrigin
    let genesisKey: VerifierKey
    /// Hashes of the entries that are stored with their hash.
    let leaves: [Bytes32]
    /// Bytes of those entries' last bundle.
    let bundleByteCount: Int
    /// Whole entries behind them whose hash is not stored: never acknowledged.
    let unfinishedCount: Int
    /// The newest checkpoint, and every line under it.
    let signed: Checkpoint
    let signedLines: [NoteSignature]
    /// Whether the file `checkpoint` still shows the one before.
    let isCheckpointBehind: Bool
    /// The largest size that a witness signed, and who did.
    let witnessed: (size: Int, names: [String])
    /// The time of the first entry that is not signed.
    let unsignedSince: WallTime?
}
