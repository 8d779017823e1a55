import Basics
import ControlAPI
import Platform

/// `parley wait call`.
enum CallWait {
    static let states = ["connected", "ended", "media"]

    @Sendable static func run(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let deadline = try invocation.duration("--timeout").map { MonotonicClock.now + $0 }
        let client = try context.connect()
        _ = try client.call(.eventsSubscribe, ["topics": ["call"]])
        var call = invocation.argument("CALL")
        if call == "next" { call = try nextCall(client, deadline) }
        while true {
            let state = try client.call(.callGet, ["call": .string(call)])
            call = state["call"]?.string ?? call
            if let exit = judge(state, invocation.argument("STATE")) {
                context.show(invocation.argument("STATE") == "ended" ? state["closing"] ?? state : state) {
                    $0["outcome"] == nil ? Table.text($0) : ClosingWords.text($0)
                }
                return exit
            }
            if case .timeout = try client.next(before: deadline) {
                throw Failure(.timeout, "timeout", "the call is \(Table.words(state["state"]))")
            }
        }
    }

    /// How the command ends in this state of the call; nil while the wait goes on.
    private static func judge(_ state: JSONValue, _ goal: String) -> ExitCode? {
        let isEnded = state["state"] == "ended"
        switch goal {
        case "connected" where state["state"] == "connected", "media" where !isEnded && state["media_started"] != nil:
            return .success
        case "ended" where isEnded: return .success
        default: return isEnded ? .negative : nil
        }
    }

    private static func nextCall(_ client: Client, _ deadline: Instant?) throws(Failure) -> String {
        while true {
            guard case .event(let event) = try client.next(before: deadline) else {
                throw Failure(.timeout, "timeout", "there was no call")
            }
            let type = event["type"]?.string.flatMap(EventType.init)
            if type == .callIncoming || type == .callOutgoing, let call = event["data"]?["call"]?.string { return call }
        }
    }
}
