extension Method {
    static let daemonStatus = Method(
        "Tell how the daemon is.", scope: .read,
        gives: [
            .required(
                "state", .choice(["empty", "locked", "ready", "stopping"]),
                "empty: there is no identity yet; locked: its keys are sealed; ready: calls can be made"),
            .required("version", .text(longest: 32), "the version of the daemon"),
            .required("pid", .integer(1...Int64.max), "the number of its process"),
            .required("boot", .text(longest: 64), "names this run of the daemon"),
            .required("uptime_s", .count, "seconds since it started"),
            .required("home", .text(longest: 4096), "the folder of its state"),
            .optional("peer", .peer, "our own id, once there is an identity and it is unlocked"),
            .optional("name", .text(longest: 64), "our own name, likewise"),
            .required(
                "listen", .list(.text(longest: 64), longest: 64),
                "the UDP addresses it listens on; under the policy relay that of its relay, once there is one"),
            .required(
                "ice_policy", .choice(["all", "relay"]), "relay: packets go to TURN servers alone, and to nobody else"),
            .required(
                "servers",
                .list(
                    .object([
                        .required("url", .text(longest: 512), "the server, without user name and credential"),
                        .required(
                            "state", .choice(["untried", "working", "faulty"]),
                            "untried: no path has been looked for yet; faulty: it is of no use now"),
                        .optional("fault", .text(longest: 256), "what is wrong with it, for people"),
                    ]), longest: 128), "the STUN and TURN servers of the configuration"),
            .required("calls", .count, "calls going on"),
            .required("sessions", .count, "sessions with other devices"),
            .required("clients", .count, "clients of the control socket"),
            .required(
                "journal",
                .object([
                    .required("size", .count, "entries that survive a crash"),
                    .required("signed", .count, "entries below the newest checkpoint"),
                    .optional("fault", .text(longest: 256), "why the journal takes no entries, when it takes none"),
                ]), "how the journal is; absent parts are 0"),
            .required("drops", .table(.count), "packets and lines dropped since the start, by reason"),
        ])

    static let daemonShutdown = Method(
        "End all calls, sign the journal and stop. The answer comes before the end.", scope: .admin)

    static let rpcDiscover = Method(
        "Describe this protocol as OpenRPC 1.3.2.", scope: .read,
        gives: [
            .required("openrpc", .text(longest: 16), "the version of OpenRPC"),
            .required("info", .anything, "title and version"),
            .required("methods", .list(.anything, longest: 1000), "every method and notification"),
            .required("components", .anything, "the errors that methods refer to"),
        ])
}
