extension Method {
    private static let topics = Field.optional(
        "topics", .list(.choice(EventType.topics), longest: 32), "only events of these topics; all without it")
    private static let boot = Field.optional(
        "boot", .text(longest: 64), "the run of the daemon that \"since\" is of; another one makes a gap")

    private static let place: [Field] = [
        .required("boot", .text(longest: 64), "this run of the daemon"),
        .required("gap", .boolean, "whether events between \"since\" and what follows are missing"),
    ]

    static let eventsSubscribe = Method(
        "Send events to this client from now on, those after \"since\" first. A second call replaces the first.",
        scope: .read,
        takes: [topics, .optional("since", .count, "the number of the last event that is known"), boot],
        gives: place + [.required("seq", .count, "the number of the newest event")])

    static let eventsNext = Method(
        "Give the events after \"since\", waiting for the first one if there is none.", scope: .read,
        takes: [
            .required("since", .count, "the number of the last event that is known; 0 at first"), topics, boot,
            .optional("timeout_ms", .integer(0...600_000), "how long to wait; 0 without it"),
            .optional("max", .integer(1...1000), "the most events; 100 without it"),
        ],
        gives: place + [
            .required("events", .list(.object(EventType.envelope), longest: 1000), "oldest first; none in time: none")
        ],
        fails: [.rateLimited])

    static let eventsTypes = Method(
        "List all types of events with their fields.", scope: .read,
        gives: [
            .required(
                "types",
                .list(
                    .object([
                        .required("type", .choice(EventType.allCases.map(\.rawValue)), "the type"),
                        .required("summary", .text(longest: 256), "when it is sent"),
                        .required("data", .anything, "the fields, as a JSON Schema"),
                    ]), longest: 256), "all of them")
        ])
}
