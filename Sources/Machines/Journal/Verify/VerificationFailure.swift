/// Why a log is not to be believed.
public struct VerificationFailure: Error, Hashable, Sendable {
    /// The kinds that a script can tell apart. None of them is "fine".
    public enum Kind: Hashable, Sendable {
        /// There is no log at all.
        case absent
        /// There is a folder and nothing in it.
        case empty
        /// There are entries and no signature.
        case unsigned
        /// Entries are missing below the newest checkpoint.
        case truncated
        /// The log is signed, by somebody else.
        case wrongKey
        /// Anything else does not fit.
        case broken
        /// A file is there and the machine does not give it to us.
        case unreadable

        /// `journal_absent` and so on, as in the results of commands.
        public var name: String {
            switch self {
            case .absent: "journal_absent"
            case .empty: "journal_empty"
            case .unsigned: "journal_unsigned"
            case .truncated: "journal_truncated"
            case .wrongKey: "journal_wrong_key"
            case .broken, .unreadable: "journal_broken"
            }
        }
    }

    /// Which kind.
    public let kind: Kind
    /// What does not fit, and where, in words for people.
    public let reason: String

    init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }
}
