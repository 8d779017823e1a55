internal import Basics

/// Calls and how their bytes travel. The call itself stands in the entry's `call`.
extension JournalEvent {
    /// Somebody is asked into a call: by us, or we by him. The call id that all sides share is sealed.
    public static func callInvite(
        _ contact: SubjectID, isOutgoing: Bool, sharedCallID: String, media: [JournalWord]
    ) -> JournalEvent {
        JournalEvent(
            "call.invite",
            [
                "contact": contact.json, "direction": isOutgoing ? "out" : "in",
                "media": .array(media.map(\.json)),
            ], personal: [.init(contact, ["call": sharedCallID])])
    }

    /// It rings: there for an outgoing call, here for an incoming one.
    public static func callRing(_ contact: SubjectID) -> JournalEvent {
        JournalEvent("call.ring", ["contact": contact.json])
    }

    /// A participant is in: we (no contact), or a contact. `role`, such as `caller` or `callee`.
    public static func callJoin(_ contact: SubjectID?, role: JournalWord) -> JournalEvent {
        JournalEvent("call.join", ["contact": contact.map(\.json), "role": role.json])
    }

    /// A participant is out, after `duration`.
    public static func callLeave(_ contact: SubjectID?, cause: JournalWord, duration: Duration) -> JournalEvent {
        JournalEvent(
            "call.leave",
            [
                "cause": cause.json, "contact": contact.map(\.json),
                "duration_ms": JSONValue(duration.nanoseconds / 1_000_000),
            ])
    }

    /// The call is over, `duration` after it was connected (zero when it never was).
    public static func callEnd(cause: JournalWord, duration: Duration) -> JournalEvent {
        JournalEvent(
            "call.end", ["cause": cause.json, "duration_ms": JSONValue(duration.nanoseconds / 1_000_000)])
    }

    /// A call was refused before it rang.
    public static func callRefused(_ contact: SubjectID, cause: JournalWord) -> JournalEvent {
        JournalEvent("call.refused", ["cause": cause.json, "contact": contact.json])
    }

    /// A first path carries data to a contact. Addresses are sealed.
    public static func pathSelected(
        _ contact: SubjectID, kind: JournalWord, roundTripTime: Duration?, local: String?, remote: String?
    ) -> JournalEvent {
        path("path.selected", contact, kind, roundTripTime, local, remote)
    }

    /// Another path carries the data now.
    public static func pathChange(
        _ contact: SubjectID, kind: JournalWord, roundTripTime: Duration?, local: String?, remote: String?
    ) -> JournalEvent {
        path("path.change", contact, kind, roundTripTime, local, remote)
    }

    private static func path(
        _ name: String, _ contact: SubjectID, _ kind: JournalWord, _ roundTripTime: Duration?, _ local: String?,
        _ remote: String?
    ) -> JournalEvent {
        JournalEvent(
            name,
            [
                "contact": contact.json, "kind": kind.json,
                "rtt_us": roundTripTime.map { JSONValue($0.nanoseconds / 1000) },
            ], personal: [.init(contact, ["local": local, "remote": remote])])
    }

    /// What seals the session with a contact.
    public static func cipherSuite(_ contact: SubjectID, suite: JournalWord) -> JournalEvent {
        JournalEvent("cipher.suite", ["contact": contact.json, "suite": suite.json])
    }

    /// The session with a contact has new keys: the `number`th of its chain.
    public static func rekey(_ contact: SubjectID, number: Int) -> JournalEvent {
        JournalEvent("rekey", ["contact": contact.json, "number": JSONValue(number)])
    }

    /// A contact caused more entries than it may: so many more acts of it were refused in the hour before.
    static func flood(_ contact: SubjectID, count: Int) -> JournalEvent {
        JournalEvent("flood", ["contact": contact.json, "count": JSONValue(count)])
    }

    /// What strangers did in the hour before, by kind.
    static func strangers(_ counts: OrderedMap<String, Int>) -> JournalEvent {
        JournalEvent("strangers", counts.map { ($0, JSONValue($1)) })
    }
}
