import Basics
import ControlAPI
import Platform

/// `parley wait until`: looks first, and after each event again, so that nothing is missed in between.
enum ConditionWait {
    @Sendable static func run(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        try run(invocation.argument("CONDITION"), invocation, context)
    }

    /// Waits for the condition in `text`, with the timeout of `invocation`.
    static func run(_ text: String, _ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let condition = try Condition(parsing: text)
        let deadline = try invocation.duration("--timeout").map { MonotonicClock.now + $0 } ?? .distantFuture
        let client = try context.connect()
        _ = try client.call(.eventsSubscribe)
        var event = JSONValue.null
        while true {
            var answers: [Condition.Source: JSONValue] = [.event: event]
            for case .method(let name, let parameters) in condition.sources {
                answers[.method(name, parameters)] = try value(of: name, parameters, client)
            }
            guard !condition.holds(answers) else {
                context.show(["ok": true]) { _ in "" }
                return .success
            }
            switch try client.next(before: min(deadline, MonotonicClock.now + .seconds(1))) {
            case .event(let next): event = next
            case .timeout, .signal: break
            }
            guard MonotonicClock.now < deadline else {
                throw Failure(.timeout, "timeout", "the condition does not hold: \(text)")
            }
        }
    }

    /// The answer of a method; null while there is nothing of the kind.
    private static func value(
        of method: String, _ parameters: JSONObject, _ client: Client
    ) throws(Failure) -> JSONValue {
        do throws(Failure) { return try client.call(method, parameters) } catch {
            guard error.kind == ErrorKind.notFound.rawValue || error.kind == ErrorKind.callEnded.rawValue else {
                throw error
            }
            return .null
        }
    }
}
