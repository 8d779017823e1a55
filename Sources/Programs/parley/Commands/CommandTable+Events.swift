import Basics
import ControlAPI
import Platform

extension CommandTable {
    static let events: [CommandSpec] = [
        CommandSpec(
            path: ["events"], summary: "Show what happens, as it happens.",
            options: [
                .value("--topics", "A,B", .text, "Only these topics, such as call,contact."),
                .value("--since", "SEQ", .number, "First what happened after this event."),
                .value("--count", "NUMBER", .number, "End after so many."),
                .value(
                    "--timeout", "TIME", .duration, "End after this time, with exit 124 if --count was not reached."),
                .flag("--list", "List the types of events instead."),
            ],
            details: "With --json each event is one line, written at once. Exits 1 when events after --since are "
                + "missing, with the events there are.", run: run)
    ]

    @Sendable private static func run(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let client = try context.connect()
        if invocation.flag("--list") {
            context.show(try client.call(.eventsTypes)) { result in
                Table.text(
                    ["TYPE", "WHEN"],
                    (result["types"]?.array ?? []).map { [Table.words($0["type"]), Table.words($0["summary"])] })
            }
            return .success
        }
        let deadline = try invocation.duration("--timeout").map { MonotonicClock.now + $0 }
        var rest = try invocation.integer("--count") ?? .max
        let answer = try client.call(
            .eventsSubscribe,
            [
                "topics": invocation.words("--topics").map { .array($0.map(JSONValue.string)) },
                "since": try invocation.integer("--since").map { JSONValue($0) },
            ])
        let hasGap = answer["gap"] == true
        if hasGap { context.say("some events after --since are no longer kept") }
        while rest > 0 {
            switch try client.next(before: deadline) {
            case .event(let event):
                context.show(event, line)
                rest -= 1
            case .timeout: return invocation.option("--count") == nil ? (hasGap ? .negative : .success) : .timeout
            case .signal: return .interrupted
            }
        }
        return hasGap ? .negative : .success
    }

    private static func line(_ event: JSONValue) -> String {
        let fields = (event["data"]?.object?.members ?? []).map { "\($0.name)=\(Table.words($0.value))" }
        return ([Table.words(event["t"]), Table.words(event["type"])] + fields).joined(separator: "  ")
    }
}
