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
    ///
    /// The log may be written meanwhile: when it does not fit and has changed since, it is read again.
    public static func verify(
        _ reader: some JournalReader, _ options: Options = Options()
    ) throws(VerificationFailure) -> VerificationReport {
        var attempt = 0
        while true {
            attempt += 1
            let before = State(reader)
            do throws(VerificationFailure) {
                let log = try LogAudit.run(reader, key: options.key, anchor: options.anchor)
                return VerificationReport(log, now: options.now)
            } catch {
                guard attempt < maximumAttempts, State(reader) != before else { throw error }
            }
        }
    }

    private static let maximumAttempts = 5

    /// What changes with every write to a log.
    private struct State: Equatable {
        let checkpoint: [UInt8]?
        let checkpointPaths, tilePaths: [String]?
        let tileByteCount: Int?

        init(_ reader: some JournalReader) {
            checkpoint = (try? reader.file(AuditLog.checkpointPath)) ?? nil
            checkpointPaths = try? reader.files(below: AuditLog.checkpointFolder)
            tilePaths = try? reader.files(below: "tile")
            tileByteCount = try? reader.byteCount(below: "tile")
        }
    }
}
