/// A log that is damaged below what was signed. It is left as it is; a new log tells of it and goes on.
public struct JournalDamage: Error, Hashable, Sendable {
    /// The damaged log.
    public let origin: JournalOrigin
    /// The newest checkpoint that could still be read.
    public let signed: Checkpoint?
    /// What does not fit.
    public let failure: VerificationFailure
}
