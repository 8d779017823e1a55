/// How a program of Parley ends (CONTRACT §3). Numbers from 64 are those of sysexits.h where it has one that fits.
public enum ExitCode: Int32, CaseIterable, Sendable {
    case success = 0
    case negative = 1
    case partial = 2
    case degraded = 3
    case identityChanged = 10
    case verificationRequired = 11
    case consentMissing = 12
    case journalBroken = 13
    case usage = 64
    case badData = 65
    case unreachable = 68
    case notRunning = 69
    case bug = 70
    case inputOutput = 74
    case tryAgain = 75
    case protocolViolation = 76
    case notPermitted = 77
    case configuration = 78
    case timeout = 124
    case interrupted = 130

    /// What it means, for the manual.
    public var meaning: String {
        switch self {
        case .success: "done"
        case .negative: "a negative answer: declined, not found, the opposite of what was waited for"
        case .partial: "done in part; the results say which"
        case .degraded: "works, but not as well as it could: through a relay, or with warnings"
        case .identityChanged: "the peer's identity has changed"
        case .verificationRequired: "the peer's identity must be verified first"
        case .consentMissing: "somebody's consent is missing or was refused"
        case .journalBroken: "the journal does not verify"
        case .usage: "wrong use of the command"
        case .badData: "bad data: a mistyped code or name, a file that is not what it should be"
        case .unreachable: "the peer cannot be reached"
        case .notRunning: "the daemon is not running"
        case .bug: "a bug in Parley"
        case .inputOutput: "an error of input or output"
        case .tryAgain: "try again later"
        case .protocolViolation: "the other side broke the protocol"
        case .notPermitted: "not permitted"
        case .configuration: "a wrong configuration"
        case .timeout: "the time was over"
        case .interrupted: "interrupted"
        }
    }
}
