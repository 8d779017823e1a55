public import Basics

/// Judges a log on disk by its own bytes, and by what the caller knows: no daemon and no secret is needed.
public enum JournalVerifier {
    /// What the caller knows beforehand.
    public struct Options: Sendable {
        /// The log's first key. Without it, the log only proves that it fits together.
        public var key: VerifierKey?
        /// A checkpoint of this log that was kept elsewhere: nothing before it may have changed.
        public var anchor: [UInt8]?
        /// The time, to warn of entries that were left unsigned for long.
        public var now: WallTime?

        /// Nothing known.
        public init() {}
    }

    /// What the log under `reader` proves. Throws when it does not fit together.
    public static func verify(
        _ reader: some JournalReader, _ options: Options = Options()
    ) throws(VerificationFailure) -> VerificationReport {
        let log = try LogAudit.run(reader, key: options.key, anchor: options.anchor)
        return VerificationReport(log, now: options.now)
    }
}
