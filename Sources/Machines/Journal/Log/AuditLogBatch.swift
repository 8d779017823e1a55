/// Steps for the disk, in order. The driver stops at the first that fails and reports once for the batch.
public struct JournalBatch: Hashable, Sendable {
    /// Names a batch in the report.
    public struct ID: Hashable, Comparable, Sendable {
        let number: UInt64

        /// The earlier batch comes first.
        public static func < (left: ID, right: ID) -> Bool { left.number < right.number }
    }

    /// Which batch this is.
    public let id: ID
    /// What to do.
    public let operations: [JournalOperation]
    /// The log's size when it is done: every entry before that is then stored. Nil when it holds no entry.
    let size: Int?
}

/// Why a batch could not be stored.
public enum JournalWriteFailure: Error, Hashable, Sendable {
    /// The disk, or the share of it that is ours, is full.
    case noSpace
    /// Anything else, in words for the operator.
    case other(String)

    /// In words for the operator.
    var reason: String {
        switch self {
        case .noSpace: "no space is left"
        case .other(let reason): reason
        }
    }
}
