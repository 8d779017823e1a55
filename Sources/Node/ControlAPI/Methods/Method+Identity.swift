extension Method {
    private static let ourselves: [Field] = [
        .required("peer", .peer, "our own id"),
        .required("name", .text(longest: 64), "our own name"),
    ]

    private static let unprotected = Field.optional(
        "unprotected", .boolean, "true: leave the keys on disk without a passphrase; no passphrase is then given")

    static let identityGet = Method(
        "Tell who we are.", scope: .read,
        gives: ourselves + [
            .required("locked", .boolean, "whether the keys are sealed now; id and name are told all the same"),
            .required("protected", .boolean, "whether a passphrase seals them on disk"),
        ],
        fails: [.notFound])

    static let identityCreate = Method(
        "Make the identity of this daemon: new keys, sealed under a passphrase.", scope: .identity,
        takes: [
            .required("name", .text(longest: 64), "the name that contacts will see first"),
            .optional("passphraseFd", .descriptor, "from here the passphrase is read, up to a line feed or the end"),
            unprotected,
        ],
        gives: ourselves, fails: [.notReady, .conflict, .storageFailed, .diskFull])

    static let identityLock = Method(
        "End all calls and wipe the keys from memory.", scope: .identity, fails: [.notReady, .notFound])

    static let identityUnlock = Method(
        "Unseal the keys.", scope: .identity,
        takes: [
            .optional(
                "passphraseFd", .descriptor,
                "from here the passphrase is read; not needed when there is none, or systemd gave it to the daemon")
        ],
        gives: ourselves, fails: [.notReady, .notFound, .locked, .passphraseWrong, .integrity])

    static let identityExport = Method(
        "Write the identity and the contacts, sealed under a passphrase, as an age file.", scope: .identity,
        takes: [
            .required("fd", .descriptor, "where the file is written"),
            .required("passphraseFd", .descriptor, "from here the file's passphrase is read"),
        ],
        gives: [.required("bytes", .count, "the length of the file")],
        fails: [.notFound, .locked, .storageFailed, .journalBroken, .diskFull])

    static let identityImport = Method(
        "Take over an identity that was exported. There must be none yet.", scope: .identity,
        takes: [
            .required("fd", .descriptor, "from here the file is read"),
            .required("passphraseFd", .descriptor, "from here the file's passphrase is read"),
            .optional("newPassphraseFd", .descriptor, "from here the passphrase is read that shall seal the keys here"),
            unprotected,
        ],
        gives: ourselves + [.required("contacts", .count, "contacts that came along")],
        fails: [.notReady, .conflict, .passphraseWrong, .integrity, .storageFailed, .diskFull])
}
