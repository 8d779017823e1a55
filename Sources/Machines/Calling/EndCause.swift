/// Why a call, or one participant's part in it, ended. Every ending has exactly one.
public enum EndCause: UInt8, Hashable, CaseIterable, Sendable {
    /// We hung up a call that was connected.
    case hangup = 1
    /// They hung up a call that was connected.
    case remoteHangup = 2
    /// They did not want the call; or we did not want theirs.
    case declined = 3
    /// The callee is in another call.
    case busy = 4
    /// It rang and nobody answered in time: seen by the caller.
    case noAnswer = 5
    /// The caller gave up before an answer: seen by the caller.
    case cancelled = 6
    /// It rang here and was not answered: seen by the callee.
    case missed = 7
    /// No session with them came about in time.
    case unreachable = 8
    /// They fell silent in the middle of the call.
    case peerVanished = 9
    /// The callee takes no more calls of this caller now: too many went unanswered within the hour.
    case refused = 10
    /// The journal could not take the entry that must come before the act.
    case journalFailed = 11
    /// A source or sink of media could not be used.
    case mediaFailed = 12
    /// A daemon of the call is stopping.
    case shutdown = 13

    /// The word of the control protocol and of the journal.
    public var name: String {
        switch self {
        case .hangup: "hangup"
        case .remoteHangup: "remote_hangup"
        case .declined: "declined"
        case .busy: "busy"
        case .noAnswer: "no_answer"
        case .cancelled: "cancelled"
        case .missed: "missed"
        case .unreachable: "unreachable"
        case .peerVanished: "peer_vanished"
        case .refused: "refused"
        case .journalFailed: "journal_failed"
        case .mediaFailed: "media_failed"
        case .shutdown: "shutdown"
        }
    }
}
