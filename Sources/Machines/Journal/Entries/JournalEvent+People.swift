internal import Basics

/// Who may use the daemon, whom we know, and how sure we are of them.
extension JournalEvent {
    /// A secret or a user was refused, so many times; `uid` is the last of such users.
    public static func authFail(
        method: JournalWord, cause: JournalWord, count: Int, uid: UInt32? = nil
    ) -> JournalEvent {
        JournalEvent(
            "auth.fail",
            [
                "cause": cause.json, "count": JSONValue(count), "method": method.json,
                "uid": uid.map { JSONValue(Int($0)) },
            ])
    }

    /// The keys were opened: by what.
    public static func identityUnlock(method: JournalWord) -> JournalEvent {
        JournalEvent("identity.unlock", ["method": method.json])
    }

    /// The keys are wiped from memory; the log is signed to its end.
    public static func identityLock() -> JournalEvent { JournalEvent(lockName) }

    /// The secret keys are given out, sealed under a passphrase: to be stored before the first byte is.
    public static func identityExport() -> JournalEvent { JournalEvent("identity.export") }

    /// A contact was made. Who it is, is sealed.
    public static func contactAdd(_ contact: SubjectID, peer: String, name: String?) -> JournalEvent {
        JournalEvent(
            "contact.add", ["contact": contact.json], personal: [.init(contact, ["name": name, "peer": peer])])
    }

    /// What we wrote about a contact changed.
    public static func contactChange(_ contact: SubjectID, name: String?) -> JournalEvent {
        JournalEvent("contact.change", ["contact": contact.json], personal: [.init(contact, ["name": name])])
    }

    /// A contact may no longer reach us, or may again.
    public static func contactBlock(_ contact: SubjectID, isBlocked: Bool) -> JournalEvent {
        JournalEvent("contact.block", ["blocked": .bool(isBlocked), "contact": contact.json])
    }

    /// A contact was removed.
    public static func contactRemove(_ contact: SubjectID) -> JournalEvent {
        JournalEvent("contact.remove", ["contact": contact.json])
    }

    /// The key of a contact's device was seen for the first time.
    public static func keyFirstSeen(_ contact: SubjectID, fingerprint: String) -> JournalEvent {
        JournalEvent(
            "key.first_seen", ["contact": contact.json], personal: [.init(contact, ["fp": fingerprint])])
    }

    /// An invite of ours was used: the contact that it made.
    public static func inviteUsed(by contact: SubjectID) -> JournalEvent {
        JournalEvent("invite.used", ["contact": contact.json])
    }

    /// An invite was presented that is expired, revoked or used up.
    public static func inviteFail(cause: JournalWord) -> JournalEvent {
        JournalEvent("invite.fail", ["cause": cause.json])
    }

    /// How sure we are of a contact changed: levels 0 to 5, and by what.
    public static func levelChange(
        _ contact: SubjectID, before: Int, after: Int, method: JournalWord
    ) -> JournalEvent {
        JournalEvent(
            "level.change",
            [
                "after": JSONValue(after), "before": JSONValue(before), "contact": contact.json,
                "method": method.json,
            ])
    }
}

extension SubjectID {
    var json: JSONValue { .string(text) }
}
