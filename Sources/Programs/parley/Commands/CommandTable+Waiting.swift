import Basics
import ControlAPI
import Platform

extension CommandTable {
    private static let timeout = OptionSpec.value("--timeout", "TIME", .duration, "Give up and exit 124 then.")

    static let waiting: [CommandSpec] = [
        CommandSpec(
            path: ["wait", "daemon"], summary: "Wait until the daemon answers.",
            options: [.value("--timeout", "TIME", .duration, "Give up and exit 124 then; 5s without it.")],
            run: daemonAnswers),
        CommandSpec(
            path: ["wait", "online"],
            summary: "Wait until calls can be made: the daemon runs and its keys are unsealed.",
            options: [timeout], run: online),
        CommandSpec(
            path: ["wait", "peer"], summary: "Wait until there is a session with a contact.",
            arguments: [
                ArgumentSpec(name: "PEER", kind: .peer, summary: "The contact's name or id."),
                ArgumentSpec(name: "STATE", kind: .choice(["online", "offline"]), summary: "What to wait for."),
            ], options: [timeout], run: peer),
        CommandSpec(
            path: ["wait", "call"], summary: "Wait for a state of a call.",
            arguments: [
                ArgumentSpec(
                    name: "CALL", kind: .call,
                    summary: "Which call; \"last\": the newest one; \"next\": one yet to come."),
                ArgumentSpec(name: "STATE", kind: .choice(CallWait.states), summary: "What to wait for."),
            ], options: [timeout],
            details: "Exits 1 when the call ends otherwise. With \"ended\" it prints the closing object.",
            run: CallWait.run),
        CommandSpec(
            path: ["wait", "until"], summary: "Wait until a condition holds.",
            arguments: [ArgumentSpec(name: "CONDITION", kind: .text, summary: "See below.")], options: [timeout],
            details: "A condition compares values of methods, or of the newest event: "
                + "'call.list.calls.count == 0', 'contact.get(peer=bob).online', 'event.type == \"invite.used\"', "
                + "'daemon.status.state == \"ready\" && daemon.status.journal.size >= 10'. "
                + "Values are JSON; operators are == != < <= > >= && || ! and parentheses; [0] picks from a list and "
                + ".count counts. It is looked at again after each event, and every second.",
            run: ConditionWait.run),
    ]

    @Sendable private static func daemonAnswers(_ invocation: Invocation, _ context: Context) throws(Failure)
        -> ExitCode
    {
        let timeout = try invocation.duration("--timeout") ?? .seconds(5)
        let client = try DaemonProgram.wait(for: try context.places(), timeout)
        context.show(try client.call(.daemonStatus)) { _ in "" }
        return .success
    }

    @Sendable private static func online(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        try ConditionWait.run("daemon.status.state == \"ready\"", invocation, context)
    }

    @Sendable private static func peer(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let who = JSONValue.string(invocation.argument("PEER"))
        _ = try context.connect().call(.contactGet, ["peer": who])  // a slip of the pen is told at once
        let isOnline = invocation.argument("STATE") == "online"
        return try ConditionWait.run("contact.get(peer=\(who.text())).online == \(isOnline)", invocation, context)
    }
}
