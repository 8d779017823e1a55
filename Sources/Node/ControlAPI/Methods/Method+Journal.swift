extension Method {
    private static let range: [Field] = [
        .optional("from", .time, "only entries from this moment on"),
        .optional("to", .time, "only entries before this moment"),
        .optional(
            "types", .list(.text(longest: 64), longest: 64),
            "only these types, such as call.end, or groups, such as call"),
        .optional("call", .call, "only entries about this call"),
        .optional("peer", .peer, "only entries about this contact"),
    ]

    static let journalVerify = Method(
        "Check the whole journal, as it lies on disk.", scope: .read,
        gives: [
            .required("ok", .boolean, "whether nothing was found"),
            .optional(
                "kind",
                .choice(
                    [
                        ErrorKind.journalAbsent, .journalEmpty, .journalUnsigned, .journalTruncated, .journalWrongKey,
                        .journalBroken,
                    ].map(\.rawValue)), "what is wrong"),
            .optional("detail", .text(longest: 1024), "where it is wrong, for people"),
            .optional("origin", .text(longest: 256), "the name of the log"),
            .optional("identity", .text(longest: 64), "whose journal it is: the identity key in base64"),
            .optional("vkey", .text(longest: 256), "the log's first verifier key"),
            .optional("epochs", .count, "keys that signed the log in turn"),
            .optional("size", .count, "entries"),
            .optional("signed", .count, "entries below the newest checkpoint"),
            .optional("root", .text(longest: 64), "the root hash of the newest checkpoint, in base64"),
            .optional("witnessed", .count, "entries that others have countersigned"),
            .optional("witnesses", .list(.text(longest: 256), longest: 256), "who they are"),
            .optional("warnings", .list(.text(longest: 256), longest: 16), "what is not wrong and should be known"),
            .optional("summary", .text(longest: 1024), "what the journal proves, in a sentence"),
        ],
        fails: [.notFound])

    static let journalHead = Method(
        "Tell how far the journal is.", scope: .read,
        gives: [
            .required("origin", .text(longest: 256), "the name of the log"),
            .required("size", .count, "entries that survive a crash"),
            .required("signed", .count, "entries below the newest checkpoint"),
            .required("root", .text(longest: 64), "the root hash of the newest checkpoint, in base64"),
            .required("vkey", .text(longest: 256), "the log's first verifier key"),
            .required("identity", .text(longest: 64), "whose journal it is: the identity key in base64"),
        ],
        fails: [.notFound, .journalBroken])

    static let journalQuery = Method(
        "Find entries, oldest first, with the personal data beside them that can still be opened.", scope: .journal,
        takes: range + [
            .optional("since", .count, "only entries with this number or a higher one"),
            .optional("max", .integer(1...1000), "the most entries; 100 without it"),
        ],
        gives: [
            .required(
                "entries", .list(.anything, longest: 1000),
                "the entries as stored, with what could be opened of each sealed part under \"personal\""),
            .optional("next", .count, "give this as \"since\" for more"),
        ],
        fails: [.notFound, .locked, .peerMistyped, .journalBroken])

    static let journalExport = Method(
        "Write entries to a descriptor, one JSON text a line, as they are stored. The export is itself an entry.",
        scope: .journal,
        takes: [.required("fd", .descriptor, "where to")] + range,
        gives: [
            .required("entries", .count, "how many"), .required("bytes", .count, "how many bytes"),
        ],
        fails: [.notFound, .locked, .peerMistyped, .journalBroken, .diskFull, .storageFailed])
}
