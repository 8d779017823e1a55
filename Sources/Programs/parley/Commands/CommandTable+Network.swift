import Basics
import ControlAPI

extension CommandTable {
    private static let who = ArgumentSpec(name: "PEER", kind: .peer, summary: "The contact's name or id.")

    static let network: [CommandSpec] = [
        CommandSpec(
            path: ["net", "paths"], summary: "List the paths to a contact, the one in use first.", arguments: [who],
            run: paths),
        CommandSpec(
            path: ["net", "ping"], summary: "Measure the round trip to a contact.", arguments: [who],
            options: [
                .value("--count", "NUMBER", .number, "How many times; 1 without it."),
                .value("--interval", "TIME", .duration, "The time between two; 1s without it."),
                .value("--timeout", "TIME", .duration, "How long to wait for each; 5s without it."),
            ],
            details: "Exits 0 over a direct path, 3 through a relay, 68 when nothing comes back.", run: ping),
    ]

    @Sendable private static func paths(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let peer = JSONValue.string(invocation.argument("PEER"))
        let result = try context.connect().call(.netPaths, ["peer": peer])
        let paths = result["paths"]?.array ?? []
        context.show(result) { _ in
            Table.text(
                ["KIND", "STATE", "RTT", "SINCE", "LOCAL", "REMOTE"],
                paths.map { path in
                    ["kind", "state", "rtt_ms", "since", "local", "remote"].map { Table.words(path[$0]) }
                })
        }
        guard let active = paths.first(where: { $0["state"] == "active" }) else { return .unreachable }
        return isRelayed(active["kind"]) ? .degraded : .success
    }

    @Sendable private static func ping(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        func milliseconds(_ name: String) throws(Failure) -> JSONValue? {
            try invocation.duration(name).map { JSONValue($0.nanoseconds / 1_000_000) }
        }
        let result = try context.connect().call(
            .netPing,
            [
                "peer": .string(invocation.argument("PEER")),
                "count": try invocation.integer("--count").map { JSONValue($0) },
                "interval_ms": try milliseconds("--interval"), "timeout_ms": try milliseconds("--timeout"),
            ])
        let answers = result["results"]?.array ?? []
        context.show(result) { result in
            let lines = answers.map { "\(Table.words($0["rtt_ms"])) ms over \(Table.words($0["kind"]))" }
            let count = "\(Table.words(result["received"])) of \(Table.words(result["sent"])) came back"
            return (lines + [count]).joined(separator: "\n")
        }
        guard let last = answers.last else { return .unreachable }
        return isRelayed(last["kind"]) ? .degraded : .success
    }

    private static func isRelayed(_ kind: JSONValue?) -> Bool {
        kind?.string.map { $0 == "peer-relay" || $0.hasPrefix("turn-") } ?? false
    }
}
