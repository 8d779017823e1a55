import Basics
import ControlAPI
import Glibc
import Platform

/// One call from the command that began it to its closing object: hanging up in time, at Ctrl-C, and telling people how
/// it goes.
struct Conversation {
    /// When the command is content.
    enum Goal: String, CaseIterable { case connected, ended }

    private let client: Client
    private let context: Context
    private let signals: SignalWatch
    private let goal: Goal
    private let duration: Duration?
    /// When patience ends: with the call, and after that with a daemon that does not end it.
    private var deadline: Instant?
    private var hangupAt: Instant?
    /// Whether media could flow.
    private(set) var hasConnected = false
    private var statsAt: Instant?
    private var meter = CallMeter()
    /// How the command ends, whatever the outcome, once somebody has lost patience.
    private var verdict: ExitCode?
    /// What the command line names, for telling which of them failed.
    private let sources: [String], sinks: [String]
    /// How the command ends, when the call went well, because of the first source or sink that did not.
    private var mediaVerdict: ExitCode?

    /// The options of `call` and `answer`.
    static let options: [OptionSpec] = [
        .value("--wait", "STATE", .choice(Goal.allCases.map(\.rawValue)), "What to wait for; ended without it."),
        .value("--duration", "TIME", .duration, "Hang up so long after media can flow."),
        .value("--timeout", "TIME", .duration, "Hang up and exit 124 when what is waited for has not come by then."),
    ]

    init(_ invocation: Invocation, on client: Client, _ context: Context) throws(Failure) {
        self.client = client
        self.context = context
        goal = invocation.option("--wait").flatMap(Goal.init) ?? .ended
        duration = try invocation.duration("--duration")
        deadline = try invocation.duration("--timeout").map { MonotonicClock.now + $0 }
        sources = invocation.optionList("--source")
        sinks = invocation.optionList("--sink")
        signals = try SignalWatch()
        _ = try client.call(.eventsSubscribe, ["topics": ["call", "media"]])
    }

    /// Waits for a call to ring here; it may ring already.
    mutating func nextIncoming() throws(Failure) -> String {
        let calls = try client.call(.callList)["calls"]?.array ?? []
        if let ringing = calls.first(where: { $0["state"] == "incoming" }), let call = ringing["call"]?.string {
            announce(ringing)
            return call
        }
        while true {
            switch try client.next(before: deadline, or: signals) {
            case .event(let event):
                if event["type"] == "call.incoming", let data = event["data"], let call = data["call"]?.string {
                    announce(data)
                    return call
                }
            case .timeout: throw Failure(.timeout, "timeout", "nobody called")
            case .signal: throw Failure(.interrupted, "interrupted", "interrupted")
            }
        }
    }

    private func announce(_ call: JSONValue) {
        context.say("\(Table.words(call["name"])) calls, identity level \(Table.words(call["level"]))")
    }

    /// Stays with the call until the goal is reached or the call has ended, and tells how it went.
    mutating func run(_ call: String) throws(Failure) -> ExitCode {
        defer { meter.clear(context) }
        while true {
            let next = [deadline, hangupAt, statsAt].compactMap(\.self).min()
            switch try client.next(before: next, or: signals) {
            case .event(let event):
                if event["data"]?["call"]?.string == call, let exit = try handle(event, call) { return exit }
            case .timeout: try timeout(call)
            case .signal:
                guard verdict == nil else { return .interrupted }  // twice: at once
                try hangUp(call, because: .interrupted)
            }
        }
    }

    private mutating func handle(_ event: JSONValue, _ call: String) throws(Failure) -> ExitCode? {
        let data = event["data"] ?? .null
        switch event["type"]?.string.flatMap(EventType.init) {
        case .callRinging: meter.say("it rings", context)
        case .callConnected:
            hasConnected = true
            meter.say("connected with \(Table.words(data["name"]))", context)
            if goal == .connected {
                context.show(try client.call(.callGet, ["call": .string(call)])) { Table.text($0) }
                return .success
            }
            hangupAt = duration.map { MonotonicClock.now + $0 }
            if context.isTerminal, !context.isQuiet { statsAt = MonotonicClock.now + .seconds(1) }
        case .mediaSourceFailed:
            failed("source", data["source"], of: sources, data, data["fault"] == "data" ? .badData : .inputOutput)
        case .mediaSinkFailed: failed("sink", data["sink"], of: sinks, data, .inputOutput)
        case .callEnded:
            meter.clear(context)
            context.show(data) { ClosingWords.text($0) }
            let outcome = data["outcome"]?.string.flatMap(CallOutcome.init)
            let exit = (goal == .connected ? Self.atLeastNegative(outcome) : outcome?.exit) ?? .bug
            return verdict ?? (exit == .success ? mediaVerdict ?? exit : exit)
        default: break  // the other types tell nothing that changes the course
        }
        return nil
    }

    /// The call goes on without a source or sink; whoever waits for its end hears of it at once, and by the exit code.
    private mutating func failed(
        _ what: String, _ index: JSONValue?, of uris: [String], _ data: JSONValue, _ exit: ExitCode
    ) {
        let uri = index?.string.flatMap { Int($0) }.flatMap { uris.indices.contains($0) ? uris[$0] : nil }
        let name = uri.map { " \(Table.printable($0))" } ?? ""
        meter.clear(context)
        Context.sayAlways("parley: the \(what)\(name) failed: \(Table.words(data["reason"]))\n")
        mediaVerdict = mediaVerdict ?? exit
    }

    /// A call that ended while it was waited for to connect: the opposite of what was asked for.
    private static func atLeastNegative(_ outcome: CallOutcome?) -> ExitCode? {
        outcome.map { $0.exit == .success ? .negative : $0.exit }
    }

    private mutating func timeout(_ call: String) throws(Failure) {
        let now = MonotonicClock.now
        if let at = statsAt, at <= now {
            statsAt = now + .seconds(1)
            if let stats = try? client.call(.callStats, ["call": .string(call)]) { meter.show(stats, context) }
        }
        if let at = hangupAt, at <= now { try hangUp(call, because: nil) }
        if let at = deadline, at <= now {
            if let verdict { throw Failure(verdict, "timeout", "the call does not end") }
            try hangUp(call, because: .timeout)
        }
    }

    private mutating func hangUp(_ call: String, because exit: ExitCode?) throws(Failure) {
        hangupAt = nil
        if let exit {
            verdict = exit
            deadline = MonotonicClock.now + .seconds(5)
        }
        do throws(Failure) { _ = try client.call(.callEnd, ["call": .string(call)]) } catch {
            // It may have ended by itself meanwhile: then the event is on its way.
            guard error.kind == ErrorKind.callEnded.rawValue || error.kind == ErrorKind.notFound.rawValue else {
                throw error
            }
        }
    }
}
