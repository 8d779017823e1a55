import Basics
import ControlAPI
import Platform

extension CommandTable {
    private static let which = ArgumentSpec(
        name: "CALL", kind: .call, arity: .optional, summary: "Which call; the only one without it.")

    static let calls: [CommandSpec] = [
        CommandSpec(
            path: ["call"], summary: "Call a contact.",
            arguments: [ArgumentSpec(name: "PEER", kind: .peer, summary: "The contact's name or id.")],
            options: MediaOptions.options + Conversation.options,
            details: "Waits for the end and prints one closing object. Ctrl-C hangs up and exits 130. Files are opened "
                + "here and passed to the daemon, so paths and permissions are yours. When a source or sink fails, that is "
                + "said at once and the call goes on; a call that ends well then exits 65 for bad data, 74 for an error of "
                + "input or output. On a terminal a line shows time, path, loss, bit rate and level, and of pictures their "
                + "size, frames shown a second, freezes, packets missing before and after repair, and how far they are from "
                + "their sound.\n\(MediaOptions.details)", run: call),
        CommandSpec(
            path: ["answer"], summary: "Answer a call that rings here.",
            arguments: [
                ArgumentSpec(
                    name: "CALL", kind: .call, arity: .optional, summary: "Which call; the only one without it.")
            ],
            options: [.flag("--next", "Wait for the next call.")] + MediaOptions.options + Conversation.options,
            details: "Goes on as \"parley call\" does.", run: answer),
        CommandSpec(path: ["decline"], summary: "Turn down a call that rings here.", arguments: [which], run: decline),
        CommandSpec(path: ["hangup"], summary: "Hang up.", arguments: [which], run: hangUp),
        CommandSpec(
            path: ["mute"], summary: "Mute what we send.", arguments: [which],
            options: [
                .flag("--off", "Unmute."), .flag("--toggle", "Change to the other state."),
                .value("--kind", "KIND", .choice(["audio", "video"]), "What; audio without it."),
            ], run: mute),
        CommandSpec(
            path: ["calls"], summary: "List the calls that go on.",
            options: [.flag("--ended", "List those that have ended and how, missed ones too.")], run: list),
        CommandSpec(
            path: ["stats"], summary: "Measure a call, or tell how one went.",
            arguments: [
                ArgumentSpec(
                    name: "CALL", kind: .call, arity: .optional,
                    summary: "Which call; the only one without it; \"last\": the one that began last, ended or not.")
            ], options: Measurement.options,
            details: "Pictures are told of when the call carries some. The drawing of --plot has small charts over one "
                + "axis of time: round trip, bit rates, loss and concealed sound, delays, frames shown and freezes. It is "
                + "one SVG file that needs nothing else, written beside its place and put there when it is whole; when "
                + "nothing was measured there is none, and the command exits 1.", run: stats),
    ]

    @Sendable private static func call(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let media = try MediaOptions(invocation)
        let context = context.leavingStandardOutput(isTaken: media.takesStandardOutput)
        let client = try context.connect()
        var conversation = try Conversation(invocation, on: client, context)
        defer { if conversation.hasConnected { media.keepFiles() } }
        let answer = try client.call(
            .callStart,
            [
                "to": .string(invocation.argument("PEER")), "sources": .texts(media.sources),
                "sinks": .texts(media.sinks), "media": media.kinds,
            ], with: media.descriptors)
        context.say("calling \(Table.printable(invocation.argument("PEER")))")
        return try conversation.run(answer["call"]?.string ?? "")
    }

    @Sendable private static func answer(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        guard !invocation.flag("--next") || invocation.argumentIfPresent("CALL") == nil else {
            throw .usage("CALL and --next exclude each other")
        }
        let media = try MediaOptions(invocation)
        let context = context.leavingStandardOutput(isTaken: media.takesStandardOutput)
        let client = try context.connect()
        var conversation = try Conversation(invocation, on: client, context)
        defer { if conversation.hasConnected { media.keepFiles() } }
        let call = invocation.flag("--next") ? try conversation.nextIncoming() : invocation.argumentIfPresent("CALL")
        let answer = try client.call(
            .callAnswer,
            [
                "call": call.map(JSONValue.string), "sources": .texts(media.sources), "sinks": .texts(media.sinks),
                "media": media.kinds,
            ], with: media.descriptors)
        return try conversation.run(answer["call"]?.string ?? "")
    }

    @Sendable private static func decline(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        try act(.callDecline, invocation, context)
    }

    @Sendable private static func hangUp(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        try act(.callEnd, invocation, context)
    }

    private static func act(
        _ method: MethodName, _ invocation: Invocation, _ context: Context
    ) throws(Failure) -> ExitCode {
        context.show(try context.connect().call(method, ["call": call(of: invocation)])) { _ in "" }
        return .success
    }

    private static func call(of invocation: Invocation) -> JSONValue? {
        invocation.argumentIfPresent("CALL").map(JSONValue.string)
    }

    @Sendable private static func mute(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        guard !invocation.flag("--off") || !invocation.flag("--toggle") else {
            throw .usage("--off and --toggle exclude each other")
        }
        let isToggle = invocation.flag("--toggle")
        let result = try context.connect().call(
            .callMute,
            [
                "call": call(of: invocation), "kind": invocation.option("--kind").map(JSONValue.string),
                "muted": isToggle ? nil : .bool(!invocation.flag("--off")), "toggle": isToggle ? true : nil,
            ])
        context.show(result) { $0["muted"] == true ? "muted" : "not muted" }
        return .success
    }

    @Sendable private static func list(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let isEnded = invocation.flag("--ended")
        context.show(try context.connect().call(.callList, ["ended": isEnded ? true : nil])) { result in
            Table.text(
                ["CALL", "WITH", "LEVEL", "DIRECTION", "STATE", "BEGAN"],
                (result["calls"]?.array ?? []).map { call in
                    let state = call["closing"]?["outcome"] ?? call["state"]
                    return ["call", "name", "level", "direction"].map { Table.words(call[$0]) }
                        + [Table.words(state), Table.words(call["began"])]
                })
        }
        return .success
    }

    @Sendable private static func stats(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        var measurement = try Measurement(invocation, context)
        return try measurement.run()
    }
}

extension JSONValue {
    fileprivate static func texts(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
}
