/// What can go wrong with a request. One table gives the code of JSON-RPC, the exit code, and what people read.
///
/// The raw value is `data.kind` of an error: stable, as the codes are.
public enum ErrorKind: String, CaseIterable, Sendable {
    // JSON-RPC 2.0 §5.1
    case parseError = "parse_error"
    case invalidRequest = "invalid_request"
    case methodNotFound = "method_not_found"
    case invalidParams = "invalid_params"
    case internalError = "internal_error"
    // General
    case notReady = "not_ready"
    case notPermitted = "not_permitted"
    case notFound = "not_found"
    case conflict
    case timeout
    case rateLimited = "rate_limited"
    case busy
    case unsupported
    case tooLarge = "too_large"
    // Identities, contacts, invites
    case locked
    case peerUnknown = "peer_unknown"
    case identityChanged = "identity_changed"
    case verificationRequired = "verification_required"
    case inviteInvalid = "invite_invalid"
    case inviteExpired = "invite_expired"
    case inviteUsed = "invite_used"
    case blocked
    case passphraseWrong = "passphrase_wrong"
    case peerMistyped = "peer_mistyped"
    // The network
    case unreachable
    case pathLost = "path_lost"
    // Calls
    case declined
    case callEnded = "call_ended"
    // Media
    case deviceUnavailable = "device_unavailable"
    case codecUnsupported = "codec_unsupported"
    case sourceBusy = "source_busy"
    case mediaInvalid = "media_invalid"
    // Policy
    case policyDenied = "policy_denied"
    // Storage and journal
    case journalBroken = "journal_broken"
    case diskFull = "disk_full"
    case integrity
    case storageFailed = "storage_failed"
    case journalAbsent = "journal_absent"
    case journalEmpty = "journal_empty"
    case journalUnsigned = "journal_unsigned"
    case journalTruncated = "journal_truncated"
    case journalWrongKey = "journal_wrong_key"
}

extension ErrorKind {
    /// One row of the table of errors.
    public struct Row: Sendable {
        /// The code of the error object. Below -32000 those of JSON-RPC, from 100 ours.
        public let code: Int
        /// How the command ends.
        public let exit: ExitCode
        /// Whether the same request may succeed later without anybody's doing.
        public let isRetryable: Bool
        /// The error in a few words.
        public let title: String
        /// What to do about it.
        public let hint: String

        fileprivate init(_ code: Int, _ exit: ExitCode, _ title: String, retryable: Bool = false, hint: String) {
            self.code = code
            self.exit = exit
            isRetryable = retryable
            self.title = title
            self.hint = hint
        }
    }

    /// The row of this error.
    public var row: Row {
        switch self {
        case .parseError: Row(-32700, .badData, "Parse error", hint: "Send one JSON text a line, in UTF-8.")
        case .invalidRequest:
            Row(-32600, .usage, "Invalid Request", hint: "Send one request of JSON-RPC 2.0; batches are refused.")
        case .methodNotFound: Row(-32601, .usage, "Method not found", hint: "rpc.discover lists all methods.")
        case .invalidParams:
            Row(
                -32602, .usage, "Invalid params", hint: "Give parameters by name, of the types that rpc.discover tells."
            )
        case .internalError:
            Row(-32603, .bug, "Internal error", hint: "This is a bug: report it with the daemon's log.")
        case .notReady:
            Row(100, .tryAgain, "Not ready", retryable: true, hint: "The daemon is starting or stopping: try again.")
        case .notPermitted: Row(101, .notPermitted, "Not permitted", hint: "This client may not do that.")
        case .notFound:
            Row(102, .negative, "Not found", hint: "There is no such thing here; the list methods show what there is.")
        case .conflict: Row(103, .negative, "Conflict", hint: "The present state does not allow this.")
        case .timeout: Row(104, .timeout, "Timeout", retryable: true, hint: "It took too long: try again.")
        case .rateLimited:
            Row(105, .tryAgain, "Too many requests", retryable: true, hint: "Wait, then try again.")
        case .busy: Row(106, .tryAgain, "Busy", retryable: true, hint: "End what is going on, or wait.")
        case .unsupported: Row(107, .usage, "Unsupported", hint: "This version cannot do that.")
        case .tooLarge: Row(108, .badData, "Too large", hint: "A line has at most 1,048,576 bytes.")
        case .locked: Row(200, .notPermitted, "Locked", hint: "Unlock the identity: parley id unlock.")
        case .peerUnknown:
            Row(201, .unreachable, "Unknown peer", hint: "Only contacts can be called: exchange an invite first.")
        case .identityChanged:
            Row(
                202, .identityChanged, "Identity changed", hint: "Ask the person by another way whether the key is new."
            )
        case .verificationRequired:
            Row(
                203, .verificationRequired, "Verification required", hint: "The peer's identity must be verified first."
            )
        case .inviteInvalid:
            Row(205, .badData, "Invalid invite code", hint: "Check the group that is named, or ask for a new code.")
        case .inviteExpired: Row(206, .negative, "Invite expired", hint: "Ask for a new code.")
        case .inviteUsed: Row(207, .negative, "Invite already used", hint: "Ask for a new code, and who used this one.")
        case .blocked: Row(208, .notPermitted, "Blocked", hint: "Unblock the contact first.")
        case .passphraseWrong: Row(209, .notPermitted, "Wrong passphrase", hint: "Try again with the right passphrase.")
        case .peerMistyped: Row(210, .badData, "Mistyped peer id", hint: "Check the group that is named.")
        case .unreachable:
            Row(
                300, .unreachable, "Peer unreachable", retryable: true,
                hint: "Is the peer's daemon running and on the network?")
        case .pathLost: Row(303, .unreachable, "Path lost", retryable: true, hint: "The peer fell silent: try again.")
        case .declined: Row(402, .negative, "Declined", hint: "The peer does not want to talk now.")
        case .callEnded: Row(404, .negative, "Call ended", hint: "The call is over.")
        case .deviceUnavailable:
            Row(
                500, .inputOutput, "Device unavailable",
                hint: "Name another source or sink, such as test:speech or null:.")
        case .codecUnsupported: Row(501, .badData, "Codec unsupported", hint: "Use a format that the manual lists.")
        case .sourceBusy: Row(502, .tryAgain, "Source busy", retryable: true, hint: "Something else uses it.")
        case .mediaInvalid: Row(504, .badData, "Invalid media", hint: "Check the source or sink that is named.")
        case .policyDenied:
            Row(600, .notPermitted, "Denied by policy", hint: "The policy profile in force does not allow it.")
        case .journalBroken:
            Row(700, .journalBroken, "Journal broken", hint: "Keep the files as they are and compare with a copy.")
        case .diskFull: Row(701, .inputOutput, "Disk full", retryable: true, hint: "Make room on the disk.")
        case .integrity:
            Row(702, .badData, "Integrity failure", hint: "The data was changed or damaged: use another copy.")
        case .storageFailed:
            Row(703, .inputOutput, "Storage failed", retryable: true, hint: "Look at the disk and the daemon's log.")
        case .journalAbsent: Row(704, .journalBroken, "Journal absent", hint: "Is this the right folder?")
        case .journalEmpty:
            Row(705, .journalBroken, "Journal empty", hint: "Even a new journal has an entry: it was removed.")
        case .journalUnsigned:
            Row(706, .journalBroken, "Journal unsigned", hint: "The checkpoint or its signature is missing.")
        case .journalTruncated:
            Row(707, .journalBroken, "Journal truncated", hint: "Entries below the checkpoint are missing.")
        case .journalWrongKey:
            Row(708, .journalBroken, "Journal of another key", hint: "The key given did not sign this journal.")
        }
    }
}
