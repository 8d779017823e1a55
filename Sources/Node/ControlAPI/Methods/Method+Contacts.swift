extension Method {
    /// How a contact is named in requests.
    private static let who = Field.required("peer", .peer, "the contact's id or name")

    private static let contact: [Field] = [
        .required("peer", .peer, "the contact's id"),
        .required("name", .text(longest: 64), "what we call the contact"),
        .required("level", .choice(["L0", "L1", "L2", "L3", "L4", "L5"]), "how well the identity is known"),
        .required("blocked", .boolean, "whether the contact gets no answer"),
        .required("online", .boolean, "whether there is a session now"),
        .required("devices", .count, "devices of the contact that we have met"),
        .required("added", .time, "since when"),
    ]

    static let contactList = Method(
        "List the contacts, by name.", scope: .read,
        gives: [.required("contacts", .list(.object(contact), longest: 4096), "all of them")])

    static let contactGet = Method(
        "Tell about one contact.", scope: .read, takes: [who], gives: contact, fails: [.notFound, .peerMistyped])

    static let contactSet = Method(
        "Change what we call a contact.", scope: .contacts,
        takes: [who, .required("name", .text(longest: 64), "the new name")],
        gives: contact, fails: [.notFound, .peerMistyped, .conflict, .storageFailed])

    static let contactBlock = Method(
        "Block a contact, who then sees what an offline peer looks like, or unblock.", scope: .contacts,
        takes: [who, .optional("blocked", .boolean, "false unblocks; true without it")],
        gives: contact, fails: [.notFound, .peerMistyped, .storageFailed, .journalBroken, .diskFull])

    static let contactRemove = Method(
        "Forget a contact, with the secrets shared with its devices.", scope: .contacts, takes: [who],
        fails: [.notFound, .peerMistyped, .storageFailed])

    static let inviteCreate = Method(
        "Make a code that lets one person become a contact, once.", scope: .contacts,
        takes: [.optional("expires_s", .integer(60...30 * 86_400), "seconds until it lapses; 3600 without it")],
        gives: [
            .required("code", .text(longest: 1024), "the code to hand over, as secret as a key"),
            .required("invite", .text(longest: 32), "names the invite in lists; not secret"),
            .required("expires", .time, "when it lapses"),
        ],
        fails: [.notFound, .locked, .rateLimited, .storageFailed])

    static let inviteAccept = Method(
        "Accept a code; the answer comes when both sides have each other as contacts.", scope: .contacts,
        takes: [
            .required("code", .text(longest: 1024), "the code; white space is ignored"),
            .optional("timeout_ms", .integer(1...600_000), "how long to try; 15000 without it"),
        ],
        gives: [
            .required("peer", .peer, "the new contact's id"),
            .required("name", .text(longest: 64), "what we call the contact"),
        ],
        fails: [
            .notFound, .locked, .inviteInvalid, .inviteExpired, .inviteUsed, .blocked, .unreachable, .conflict,
            .storageFailed,
        ])

    static let inviteList = Method(
        "List our invites, without their codes.", scope: .read,
        gives: [
            .required(
                "invites",
                .list(
                    .object([
                        .required("invite", .text(longest: 32), "names the invite"),
                        .required(
                            "state", .choice(["open", "bound", "used"]),
                            "open: nobody came; bound: a device is using it; used: it made a contact"),
                        .required("expires", .time, "when it lapses"),
                    ]), longest: 256), "all that have not lapsed")
        ])

    static let inviteRevoke = Method(
        "Make an invite useless at once.", scope: .contacts,
        takes: [.required("invite", .text(longest: 32), "names the invite")], fails: [.notFound, .storageFailed])
}
