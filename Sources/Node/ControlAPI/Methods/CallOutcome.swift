/// Why a call ended, in the word of the closing object, and how a command that waited for the call then ends.
public enum CallOutcome: String, CaseIterable, Sendable {
    case hangup
    case remoteHangup = "remote_hangup"
    case declined
    case busy
    case noAnswer = "no_answer"
    case cancelled
    case missed
    case unreachable
    case peerVanished = "peer_vanished"
    case refused
    case journalFailed = "journal_failed"
    case mediaFailed = "media_failed"
    case shutdown

    /// How the command ends.
    public var exit: ExitCode {
        switch self {
        case .hangup, .remoteHangup: .success
        case .declined, .noAnswer, .cancelled, .missed: .negative
        case .busy, .refused: .tryAgain
        case .unreachable, .peerVanished: .unreachable
        case .journalFailed, .mediaFailed: .inputOutput
        case .shutdown: .notRunning
        }
    }

    /// What happened, in words.
    public var meaning: String {
        switch self {
        case .hangup: "hung up"
        case .remoteHangup: "the other side hung up"
        case .declined: "declined"
        case .busy: "the other side is busy"
        case .noAnswer: "nobody answered"
        case .cancelled: "given up before an answer"
        case .missed: "missed"
        case .unreachable: "the other side cannot be reached"
        case .peerVanished: "the other side fell silent"
        case .refused: "the other side takes no calls from here now"
        case .journalFailed: "the journal could not be written"
        case .mediaFailed: "a source or sink failed"
        case .shutdown: "a daemon stopped"
        }
    }
}
