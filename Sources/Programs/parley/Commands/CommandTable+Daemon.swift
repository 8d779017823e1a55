import Basics
import ControlAPI
import Glibc
import Platform

extension CommandTable {
    static let daemon: [CommandSpec] = [
        CommandSpec(
            path: ["daemon"], summary: "Run the daemon here, until it is stopped.",
            arguments: [
                ArgumentSpec(
                    name: "ARGUMENT", kind: .text, arity: .many, summary: "Arguments of parleyd, behind \"--\".")
            ], run: DaemonProgram.replaceThisProcess),
        CommandSpec(
            path: ["up"], summary: "Start the daemon in the background, unless it runs.",
            options: [.value("--timeout", "TIME", .duration, "How long to wait for it; 5s without it.")],
            details: "Its log goes to parleyd.log in its state folder.", run: up),
        CommandSpec(
            path: ["down"], summary: "Stop the daemon, and wait until it is gone.",
            options: [.value("--timeout", "TIME", .duration, "How long to wait for its end; 15s without it.")],
            run: down),
        CommandSpec(
            path: ["status"], summary: "Show how the daemon is.",
            options: [.flag("--watch", "Show it again whenever something happens, and every 2 seconds.")],
            run: status),
        CommandSpec(path: ["version"], summary: "Show the versions of the command and of the daemon.", run: version),
        CommandSpec(
            path: ["doctor"], summary: "Look for what is not as it should be, and say what helps.",
            details: "Exits 0 when all is well, 3 with warnings, 1 when something does not work.", run: Doctor.run),
    ]

    @Sendable private static func up(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let places = try context.places()
        let timeout = try invocation.duration("--timeout") ?? .seconds(5)
        var started: StartedDaemon?
        if (try? Client(to: places.socket)) == nil { started = try DaemonProgram.startInBackground(places, context) }
        let client = try DaemonProgram.wait(for: places, timeout, started)
        context.show(try client.call(.daemonStatus)) { "the daemon runs, process \(Table.words($0["pid"]))" }
        return .success
    }

    @Sendable private static func down(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let places = try context.places()
        let deadline = MonotonicClock.now + (try invocation.duration("--timeout") ?? .seconds(15))
        if let client = try? Client(to: places.socket) {
            _ = try client.call(.daemonShutdown)
            // It hangs up when it has finished; its socket goes with it.
            while case .some(.event) = try? client.next(before: deadline) {}
        } else {
            context.say("no daemon was running")
        }
        while unsafe access(places.socket, F_OK) == 0, (try? Client(to: places.socket)) != nil {
            guard MonotonicClock.now < deadline else {
                throw Failure(.timeout, "timeout", "the daemon still runs", hint: "Look at its log.")
            }
            usleep(20_000)
        }
        context.show(["ok": true]) { _ in "" }
        return .success
    }

    @Sendable private static func status(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let client = try context.connect()
        if invocation.flag("--watch") { _ = try client.call(.eventsSubscribe) }
        while true {
            context.show(try client.call(.daemonStatus)) { Table.text($0) }
            guard invocation.flag("--watch") else { return .success }
            _ = try client.next(before: MonotonicClock.now + .seconds(2))
            if !context.isJSON { context.write("\n") }
        }
    }

    @Sendable private static func version(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let status = (try? context.connect()).flatMap { try? $0.call(.daemonStatus) }
        let result = JSONValue(members: [
            "version": .string(Version.text), "api": .string(OpenRPC.apiVersion), "daemon": status?["version"],
        ])
        context.show(result) { result in
            let daemon = result["daemon"]?.string.map { ", parleyd \($0)" } ?? ""
            return "parley \(Version.text)\(daemon)"
        }
        return .success
    }
}
