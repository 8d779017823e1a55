internal import Basics
internal import Calling
internal import ControlAPI
internal import Journal
internal import Mesh

/// The node's refusals in the words of the control API.
extension ControlError {
    static let noIdentity = ControlError(
        .notFound, "this daemon has no identity yet", hint: "Make one: parley id create --name NAME.")
    static let identityExists = ControlError(.conflict, "this daemon has an identity already")
    static let inviteExpired = ControlError(.inviteExpired)

    /// Nobody is reached, and of the servers that could lead there some are of no use.
    static func unreachable(because complaint: String?) -> ControlError {
        guard let complaint else { return ControlError(.unreachable) }
        return ControlError(
            .unreachable,
            "there is no path, and of the servers of ours that could make one these are of no use: \(complaint)",
            hint: "Look at ice.stun and ice.turn in the configuration; parley status shows what each server does.")
    }

    /// A relay is the only way out, and there is none yet.
    static func noRelay(_ complaint: String?) -> ControlError {
        let reason = complaint.map { ": \($0)" } ?? ""
        return ControlError(
            .notReady, "ice.policy is \"relay\", and no TURN server has given a relay yet\(reason)",
            hint: "Look at ice.turn in the configuration; parley status shows what each server does.")
    }

    /// Why a call was not started, answered or changed.
    static func call(_ refusal: Switchboard.Refusal) -> ControlError {
        switch refusal {
        case .unknownCall: ControlError(.notFound, "there is no such call")
        case .wrongState: ControlError(.conflict, "the call is not in a state in which this can be done")
        case .tooManyCalls: ControlError(.busy, "as many calls go on as there may be (\(Switchboard.capacity))")
        case .alreadyCalling: ControlError(.conflict, "there is a call with this peer already")
        }
    }

    /// Why the journal did not take the entry that must come before the act.
    static func journal(_ refusal: AuditLog.Refusal) -> ControlError {
        switch refusal {
        case .full: ControlError(.diskFull, "the journal cannot be written, and the act needs its entry first")
        case .broken(let reason): ControlError(.storageFailed, "the journal cannot be written: \(reason)")
        case .flooded: ControlError(.rateLimited, "this contact has caused as many entries as it may within the hour")
        case .stopped: ControlError(.notReady, "the journal is closed: the daemon stops")
        }
    }

    /// Where a peer id was mistyped.
    static func mistyped(_ failure: GroupedText.Failure, _ text: String) -> ControlError {
        ControlError(.peerMistyped, failure.sentence, subject: text)
    }

    /// What is wrong with an invite code.
    static func code(_ failure: InviteCode.Failure) -> ControlError {
        switch failure {
        case .mistyped(let failure): ControlError(.inviteInvalid, failure.sentence)
        case .malformed: ControlError(.inviteInvalid, "this is no invite that this version understands")
        }
    }

    /// Why a source or sink cannot be used.
    static func media(_ fault: MediaFault) -> ControlError {
        switch fault.cause {
        case .data, .system: ControlError(.mediaInvalid, fault.detail, subject: fault.subject)
        case .exhausted: ControlError(.busy, fault.detail, subject: fault.subject)
        }
    }

    /// What the vault said of the secret keys.
    static func keys(_ failure: KeyFailure) -> ControlError {
        switch failure {
        case .absent: .noIdentity
        case .exists: .identityExists
        case .needsPassphrase:
            ControlError(.locked, "the keys are sealed under a passphrase", hint: "Unlock them: parley id unlock.")
        case .wrongPassphrase: ControlError(.passphraseWrong)
        case .malformed(let what): ControlError(.integrity, what)
        case .noExport(let what):
            ControlError(.integrity, what, hint: "Give the file that \"parley id export\" wrote.")
        case .exposed(let what):
            ControlError(
                .notPermitted, what, hint: "Take it from others; make a new identity if one of them may have read it."
            )
        case .system(let reason): ControlError(.storageFailed, reason)
        }
    }
}

/// Why the vault could not do something with the secret keys.
public enum KeyFailure: Error, Equatable, Sendable {
    /// There is no key file.
    case absent
    /// The key file exists already.
    case exists
    /// A passphrase is needed and none was given.
    case needsPassphrase
    /// The passphrase is wrong.
    case wrongPassphrase
    /// The file is not what it should be.
    case malformed(String)
    /// The file to import was not made by an export.
    case noExport(String)
    /// Others than the owner may read keys that nothing else protects.
    case exposed(String)
    /// The machine said no.
    case system(String)
}

extension KeyFailure: CustomStringConvertible {
    /// In a sentence for people.
    public var description: String { ControlError.keys(self).message }
}

extension GroupedText.Failure {
    /// What to look at, for people.
    var sentence: String {
        switch self {
        case .strangeCharacter(let group): "group \(group) has a character that none of these texts has"
        case .mistyped(let group): "group \(group) was mistyped"
        case .wrongLength(let count): "\(count) characters: something is missing at the end, or there is too much"
        }
    }
}
