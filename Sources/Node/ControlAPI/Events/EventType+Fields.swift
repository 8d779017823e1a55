extension EventType {
    private static let call = Field.required("call", .call, "the call")
    private static let peer = Field.required("peer", .peer, "the contact's id")
    private static let name = Field.required("name", .text(longest: 64), "what we call the contact")
    private static let invite = Field.required("invite", .text(longest: 32), "names the invite")
    private static let kind = Field.required("kind", .choice(["audio", "video"]), "sound or pictures")
    private static let gives = Field.optional(
        "kind", .choice(["audio", "video"]), "sound or pictures; absent while a pipe has not told")
    private static let source = Field.required("source", .text(longest: 32), "names the source within the call")
    private static let reason = Field.required("reason", .text(longest: 256), "why, for people")

    /// The members of `params` in an `event` notification.
    static let envelope: [Field] = [
        .required("boot", .text(longest: 64), "the run of the daemon"),
        .required(
            "seq", .integer(1...Int64.max), "the number of the event: dense within a boot, numbered before any filter"),
        .required("t", .time, "when it happened"),
        .required("type", .choice(allCases.map(\.rawValue)), "the type"),
        .required("data", .anything, "the fields of the type"),
    ]

    /// When it is sent.
    public var summary: String {
        switch self {
        case .daemonReady: "The daemon is up: requests are carried out from now on."
        case .daemonStopping: "The daemon is about to stop."
        case .identityCreated: "An identity was made or imported."
        case .identityLocked: "The keys were wiped from memory."
        case .identityUnlocked: "The keys were unsealed."
        case .contactAdded: "Somebody became a contact."
        case .contactChanged: "A contact was renamed, blocked or unblocked."
        case .contactRemoved: "A contact was forgotten."
        case .contactOnline: "A session with the contact was confirmed; there was none before."
        case .contactOffline: "The last session with the contact is gone."
        case .inviteCreated: "An invite was made."
        case .inviteUsed: "An invite made a contact."
        case .inviteReused: "Somebody else used an invite that was in use or used: the code leaked."
        case .inviteExpired: "An invite lapsed."
        case .inviteRevoked: "An invite was revoked."
        case .callOutgoing: "We call somebody."
        case .callIncoming: "A call rings here."
        case .callRinging: "Our call rings there."
        case .callConnected: "Media can flow."
        case .callMediaStarted: "The first decoded sound is on its way to the sinks."
        case .callVideoStarted: "The first picture of the other side is shown."
        case .callPathChanged: "Another path carries the call."
        case .callMuted: "Somebody, or we, muted or unmuted."
        case .callParticipantLeft: "Somebody left a call that goes on."
        case .callTurnedAway: "A call came and did not ring."
        case .callEnded: "A call is over: the closing object."
        case .mediaSourceAdded: "A source was added to a call."
        case .mediaSourceEnded: "A source has no more."
        case .mediaSourceFailed: "A source could not be read on; the call goes on in silence."
        case .mediaSinkFailed: "A sink could not be written on; the call and its other sinks go on."
        case .journalSealed: "A checkpoint was signed."
        case .journalFailed: "The journal takes no entries: what grants is refused from now on."
        }
    }

    /// The fields of its data.
    public var fields: [Field] {
        switch self {
        case .daemonReady: [.required("version", .text(longest: 32), "the version of the daemon")]
        case .daemonStopping, .identityLocked: []
        case .identityCreated, .identityUnlocked:
            [.required("peer", .peer, "our own id"), .required("name", .text(longest: 64), "our own name")]
        case .contactAdded: [Self.peer, Self.name]
        case .contactChanged: [Self.peer, Self.name, .required("blocked", .boolean, "whether it is blocked now")]
        case .contactRemoved, .contactOnline, .contactOffline: [Self.peer, Self.name]
        case .inviteCreated: [Self.invite, .required("expires", .time, "when it lapses")]
        case .inviteUsed: [Self.invite, Self.peer]
        case .inviteReused, .inviteExpired, .inviteRevoked: [Self.invite]
        case .callOutgoing, .callRinging, .callConnected: [Self.call, Self.peer, Self.name]
        case .callIncoming:
            [
                Self.call, Self.peer, Self.name,
                .required("level", .choice(["L0", "L1", "L2", "L3", "L4", "L5"]), "how well the identity is known"),
                .required("media", .list(.choice(["audio", "video"]), longest: 2), "what the call may carry"),
            ]
        case .callMediaStarted, .callVideoStarted: [Self.call, Self.peer]
        case .callPathChanged: [Self.call, Self.peer, CallFields.path]
        case .callMuted:
            [
                Self.call, .optional("peer", .peer, "who; absent: we"), Self.kind,
                .required("muted", .boolean, "whether it is muted now"),
            ]
        case .callParticipantLeft:
            [Self.call, Self.peer, .required("cause", .text(longest: 32), "why, as in \"outcome\" of call.ended")]
        case .callTurnedAway:
            [Self.peer, Self.name, .required("cause", .text(longest: 32), "why, as in \"outcome\" of call.ended")]
        case .callEnded: CallFields.closing
        case .mediaSourceAdded:
            [Self.call, Self.source, Self.gives, .required("uri", .text(longest: 4096), "as it was given")]
        case .mediaSourceEnded: [Self.call, Self.source, Self.gives]
        case .mediaSourceFailed:
            [
                Self.call, Self.source, Self.gives, Self.reason,
                .required(
                    "fault", .choice(["data", "system", "exhausted"]), "what is at fault: the bytes, or the machine"),
            ]
        case .mediaSinkFailed:
            [
                Self.call, .required("sink", .text(longest: 32), "which of the call's sinks, from 0"), Self.kind,
                Self.reason,
            ]
        case .journalSealed: [.required("size", .count, "entries below the checkpoint")]
        case .journalFailed: [Self.reason]
        }
    }
}
