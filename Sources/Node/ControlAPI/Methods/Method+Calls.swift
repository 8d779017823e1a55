extension Method {
    private static let sources = Field.optional(
        "sources", .list(.text(longest: 4096), longest: 8),
        "URIs of what we send, such as file:talk.wav?fd=0, file:talk.webm?fd=0, pipe:?fd=0, test:speech, test:bars; none: silence"
    )
    private static let sinks = Field.optional(
        "sinks", .list(.text(longest: 4096), longest: 8),
        "URIs of where it is heard and seen, such as file:heard.wav?fd=1, file:seen.webm?fd=2, dir:?fd=1, pipe:?fd=1, "
            + "null:; none: null:")
    private static let media = Field.optional(
        "media", .list(.choice(["audio", "video"]), longest: 2),
        "what the call may carry, both ways: sound always; both without it")
    private static let which = Field.required("call", .call, "which call")

    /// Where a call is, and how it ended.
    private static let remembered =
        CallFields.state + [
            .optional("closing", .object(CallFields.closing), "what the event call.ended told, once it has ended")
        ]

    /// The name of a call in answers.
    private static let call = Field.required("call", .call, "the call")

    static let callStart = Method(
        "Call a contact, or answer the call of theirs that rings here. The answer comes when the call exists; events and "
            + "call.get tell how it goes.", scope: .call,
        takes: [.required("to", .peer, "the contact's id or name"), sources, sinks, media],
        gives: [call],
        fails: [
            .notFound, .locked, .peerUnknown, .peerMistyped, .blocked, .busy, .mediaInvalid, .codecUnsupported,
            .sourceBusy, .deviceUnavailable, .journalBroken, .diskFull, .storageFailed,
        ])

    static let callAnswer = Method(
        "Answer a call that rings here.", scope: .call,
        takes: [.optional("call", .call, "which call; the only one that rings without it"), sources, sinks, media],
        gives: [call],
        fails: [
            .notFound, .conflict, .callEnded, .busy, .mediaInvalid, .codecUnsupported, .sourceBusy,
            .deviceUnavailable, .journalBroken, .diskFull, .storageFailed,
        ])

    static let callDecline = Method(
        "Turn down a call that rings here.", scope: .call,
        takes: [.optional("call", .call, "which call; the only one that rings without it")], gives: [call],
        fails: [.notFound, .conflict, .callEnded])

    static let callEnd = Method(
        "Hang up.", scope: .call, takes: [.optional("call", .call, "which call; the only one without it")],
        gives: [call], fails: [.notFound, .conflict, .callEnded])

    static let callMute = Method(
        "Mute or unmute what we send.", scope: .call,
        takes: [
            .optional("call", .call, "which call; the only one without it"),
            .optional("kind", .choice(["audio", "video"]), "what; audio without it"),
            .optional("muted", .boolean, "false unmutes; true without it"),
            .optional("toggle", .boolean, "true: change to the other state, whatever it is"),
        ],
        gives: [call, .required("muted", .boolean, "the new state")],
        fails: [.notFound, .conflict, .callEnded])

    static let callList = Method(
        "List the calls that go on, oldest first.", scope: .read,
        takes: [.optional("ended", .boolean, "true: list those that have ended and are remembered, missed ones too")],
        gives: [.required("calls", .list(.object(remembered), longest: 256), "all of them")])

    static let callGet = Method(
        "Tell about one call. The last calls that ended are remembered, with their closing object.", scope: .read,
        takes: [.required("call", .call, "which call; \"last\": the one that began last")],
        gives: remembered,
        fails: [.notFound])

    static let callStats = Method(
        "Measure a call, in the fields of its closing object: one that goes on, or one of the last that ended.",
        scope: .read,
        takes: [
            .optional(
                "call", .call, "which call; the only one without it; \"last\": the last that ended, when none goes on"),
            .optional("series", .boolean, "true: tell also how it went, second by second"),
        ],
        gives: CallFields.figures + [CallFields.series], fails: [.notFound, .conflict, .callEnded])

    static let mediaSources = Method(
        "List the sources of a call.", scope: .read,
        takes: [.optional("call", .call, "which call; the only one without it")],
        gives: [
            call,
            .required(
                "sources",
                .list(
                    .object([
                        .required("source", .text(longest: 32), "names the source within the call"),
                        .required("uri", .text(longest: 4096), "as it was given"),
                        .optional(
                            "kind", .choice(["audio", "video"]), "what it gives; absent while a pipe has not told"),
                        .required(
                            "state", .choice(["waiting", "running", "ended"]),
                            "waiting: media cannot flow yet; ended: it has no more"),
                    ]), longest: 64), "the newest, in the order in which they were added"),
        ],
        fails: [.notFound, .conflict, .callEnded])

    static let mediaAddSource = Method(
        "Add a source to a call. It begins at once; sounds that play together, of eight sources at most, are mixed. A "
            + "picture takes the place of the one before.",
        scope: .call,
        takes: [
            .required("uri", .text(longest: 4096), "the source, as in call.start"),
            .optional("call", .call, "which call; the only one without it"),
        ],
        gives: [call, .required("source", .text(longest: 32), "names the source within the call")],
        fails: [
            .notFound, .conflict, .callEnded, .busy, .mediaInvalid, .codecUnsupported, .sourceBusy, .deviceUnavailable,
        ])
}
