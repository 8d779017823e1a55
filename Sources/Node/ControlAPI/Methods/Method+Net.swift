extension Method {
    private static let who = Field.required("peer", .peer, "the contact's id or name")

    static let netPaths = Method(
        "List the paths to a contact's devices, the one that carries data first.", scope: .read, takes: [who],
        gives: [
            .required("peer", .peer, "the contact's id"),
            .required(
                "paths",
                .list(
                    .object([
                        .required("kind", .choice(CallFields.pathKinds), "what carries the packets"),
                        .required(
                            "state", .choice(["validating", "active", "standby", "failed"]),
                            "active: data flows here; standby: it works and waits"),
                        .optional("rtt_ms", .number, "the round trip in milliseconds, smoothed"),
                        .required("since", .time, "since when it is in this state"),
                        .required(
                            "local", .text(longest: 64),
                            "our address; a relay's where one is ours, empty on the way of signalling"),
                        .required("remote", .text(longest: 64), "their address, or how signalling leads there"),
                    ]), longest: 64), "none when there is no session"),
        ],
        fails: [.notFound, .peerMistyped])

    static let netPing = Method(
        "Measure the round trip to a contact, making a session if there is none.", scope: .call,
        takes: [
            who,
            .optional("count", .integer(1...100), "how many pings; 1 without it"),
            .optional("interval_ms", .integer(20...60_000), "milliseconds between two; 1000 without it"),
            .optional("timeout_ms", .integer(1...600_000), "how long to wait for each; 5000 without it"),
        ],
        gives: [
            .required("peer", .peer, "the contact's id"),
            .required("sent", .count, "pings sent"),
            .required("received", .count, "answers"),
            .required(
                "results",
                .list(
                    .object([
                        .required("rtt_ms", .number, "the round trip in milliseconds"),
                        .required("kind", .choice(CallFields.pathKinds), "the path that carried it"),
                    ]), longest: 100), "each answer, in order"),
        ],
        fails: [.notFound, .locked, .peerUnknown, .peerMistyped, .blocked, .unreachable, .rateLimited])
}
