import Basics
import ControlAPI
import Platform
import Testing

@Suite struct CallTests {
    private static func closing(_ outcome: CallOutcome) -> JSONObject {
        [
            "call": "c1", "peer": "p", "outcome": .string(outcome.rawValue), "duration_s": 1.5, "setup_ms": 20,
            "audio": [
                "sent": 1, "received": 2, "lost": 0, "concealed_ms": 0, "redundancy": 0, "payload_bytes": 3,
            ],
            "video": ["sent": 0, "received": 0, "dropped": 0, "freezes": 0, "width": 0, "height": 0],
            "bytes": ["sent": 10, "received": 20],
        ]
    }

    /// A daemon whose calls go as `events` say when they begin, and end as `hangup` when somebody hangs up.
    private static func daemon(
        _ events: [(EventType, JSONObject)], onHangup ending: CallOutcome = .hangup, sawMedia: Locked<[String]>? = nil,
        sawKinds: Locked<[[String]]>? = nil
    ) throws -> TestDaemon {
        try TestDaemon { turn throws(ControlError) in
            switch turn.request.method {
            case .eventsSubscribe: return ["boot": "test", "seq": 0, "gap": false]
            case .callStart, .callAnswer:
                let uris = turn.request.parameters.texts("sources") + turn.request.parameters.texts("sinks")
                let read = turn.descriptors.isEmpty ? [] : [turn.text(of: 0)]
                sawMedia?.withLock { $0 = uris + read }
                sawKinds?.withLock { $0.append(turn.request.parameters.texts("media")) }
                turn.events = events
                return ["call": "c1"]
            case .callEnd:
                turn.events = [(.callEnded, closing(ending))]
                return ["call": "c1"]
            case .callGet: return ["call": "c1", "peer": "p", "state": "connected"]
            case .callList: return ["calls": []]
            default: throw ControlError(.unsupported)
            }
        }
    }

    private static let connected: (EventType, JSONObject) = (
        .callConnected, ["call": "c1", "peer": "p", "name": "Bob"]
    )

    private func call(_ daemon: TestDaemon, _ options: String = "") throws -> Command {
        let words = "call bob --source test:speech --json \(options)".split(separator: " ").map(String.init)
        return try Command.run(words, socket: daemon.path)
    }

    @Test func withoutASourceNobodyIsCalled() throws {
        let daemon = try Self.daemon([])
        for verb in ["call bob", "answer --next"] {
            let command = try Command.run(verb.split(separator: " ").map(String.init), socket: daemon.path)
            #expect(command.status == 64)
            for source in ["test:speech", "test:bars"] { #expect(command.error.contains("--source \(source)")) }
        }
        #expect(daemon.requests.isEmpty)
    }

    /// Also when we send no picture, that of the other side may come.
    @Test func aCallCarriesPicturesUnlessItIsOfSoundOnly() throws {
        let kinds = Locked<[[String]]>([])
        let daemon = try Self.daemon([Self.connected, (.callEnded, Self.closing(.hangup))], sawKinds: kinds)
        for verb in ["call bob", "answer c1"] {
            for options in ["", "--source test:bars", "--audio-only"] {
                let words = "\(verb) --source test:speech \(options)".split(separator: " ").map(String.init)
                #expect(try Command.run(words, socket: daemon.path).status == 0)
            }
        }
        let both = ["audio", "video"]
        #expect(kinds.withLock { $0 } == [both, both, ["audio"], both, both, ["audio"]])
    }

    @Test func wordsStayOutOfWhatGoesToStandardOutput() throws {
        let daemon = try Self.daemon([Self.connected, (.callEnded, Self.closing(.hangup))])
        for sink in ["pipe:1", "file:-", "pipe:1?kind=y4m", "pipe:1?kind=webm"] {
            let command = try call(daemon, "--sink \(sink)")
            #expect(command.status == 0 && command.output.isEmpty, "\(sink)")
            #expect(command.error.contains("\"outcome\":\"hangup\""), "\(sink)")
        }
    }

    @Test func theClosingObjectIsPrintedOnceAndTheOutcomeIsTheExit() throws {
        for outcome in CallOutcome.allCases {
            let daemon = try Self.daemon([Self.connected, (.callEnded, Self.closing(outcome))])
            let command = try call(daemon)
            #expect(command.status == outcome.exit.rawValue && command.json == .object(Self.closing(outcome)))
        }
    }

    /// The call goes on; its end alone would look as if all had been sent and written.
    @Test func aSourceOrSinkThatFailsIsSaidAtOnceAndEndsInItsExit() throws {
        func source(_ fault: String) -> (EventType, JSONObject) {
            (
                .mediaSourceFailed,
                ["call": "c1", "source": "0", "kind": "audio", "reason": "it broke", "fault": .string(fault)]
            )
        }
        let sink: (EventType, JSONObject) = (
            .mediaSinkFailed, ["call": "c1", "sink": "1", "kind": "audio", "reason": "no space"]
        )
        for (events, exit, words) in [
            ([source("data")], 65, ["source test:speech failed: it broke"]), ([source("system")], 74, ["it broke"]),
            ([sink], 74, ["sink pipe:2 failed: no space"]), ([sink, source("data")], 74, ["no space", "it broke"]),
        ] as [([(EventType, JSONObject)], Int32, [String])] {
            let daemon = try Self.daemon([Self.connected] + events + [(.callEnded, Self.closing(.hangup))])
            let command = try call(daemon, "--sink null: --sink pipe:2 --quiet")
            #expect(command.status == exit && command.json?["outcome"] == "hangup")
            for word in words { #expect(command.error.contains(word), "\(command.error)") }
        }
        // What became of the call itself says more.
        let lost = try Self.daemon([Self.connected, sink, (.callEnded, Self.closing(.peerVanished))])
        #expect(try call(lost).status == CallOutcome.peerVanished.exit.rawValue)
    }

    @Test func eventsOfOtherCallsChangeNothing() throws {
        var other = Self.closing(.declined)
        other["call"] = "c0"
        let daemon = try Self.daemon([(.callEnded, other), Self.connected, (.callEnded, Self.closing(.remoteHangup))])
        #expect(try call(daemon).status == 0)
    }

    @Test func durationCountsFromConnectedAndThenHangsUp() throws {
        let daemon = try Self.daemon([Self.connected])
        let command = try call(daemon, "--duration 10ms")
        #expect(command.status == 0 && command.json?["outcome"] == "hangup")
        #expect(daemon.requests == ["events.subscribe", "call.start", "call.end"])
    }

    @Test func timeoutHangsUpAndExits124() throws {
        let daemon = try Self.daemon([], onHangup: .cancelled)
        let command = try call(daemon, "--timeout 10ms")
        #expect(command.status == 124 && command.json?["outcome"] == "cancelled")
    }

    @Test func interruptingHangsUpAndExits130() throws {
        let daemon = try Self.daemon([Self.connected])
        let command = try Command.run(
            "call", "bob", "--source", "test:tone", "--json", socket: daemon.path,
            interruptWhen: { daemon.requests.contains("call.start") })
        #expect(command.status == 130 && command.json?["outcome"] == "hangup" && daemon.requests.last == "call.end")
    }

    @Test func waitingForTheConnectionLeavesTheCallAlone() throws {
        let daemon = try Self.daemon([(.callRinging, ["call": "c1", "peer": "p", "name": "Bob"]), Self.connected])
        let command = try call(daemon, "--wait connected")
        #expect(command.status == 0 && command.json?["state"] == "connected" && !daemon.requests.contains("call.end"))
        let ended = try Self.daemon([(.callEnded, Self.closing(.remoteHangup))])
        #expect(try call(ended, "--wait connected").status == 1)
    }

    @Test func filesTravelAsDescriptorsUnderTheirLastName() throws {
        let folder = try TemporaryFolder(), media = Locked<[String]>([])
        let source = try folder.write("take.wav", "RIFF…")
        let daemon = try Self.daemon([Self.connected, (.callEnded, Self.closing(.hangup))], sawMedia: media)
        let command = try Command.run(
            "call", "bob", "--source", "file:\(source)?loop=1", "--source", "pipe:0", "--source", "test:bars", "--sink",
            "file:\(folder.path)/heard.wav", "--sink", "file:\(folder.path)/seen.webm", "--sink", "pipe:1?kind=y4m",
            "--sink", "dir:\(folder.path)/people", "--sink", "null:", socket: daemon.path)
        #expect(command.status == 0)
        #expect(
            media.withLock { $0 } == [
                "file:take.wav?fd=0&loop=1", "pipe:?fd=1", "test:bars", "file:heard.wav?fd=2&kind=wav",
                "file:seen.webm?fd=3&kind=webm", "pipe:?fd=4&kind=y4m", "dir:people?fd=5", "null:", "RIFF…",
            ])
        #expect(folder.read("heard.wav") == "")
    }

    @Test func aFileThatIsThereIsKeptUnlessForced() throws {
        let folder = try TemporaryFolder()
        let daemon = try Self.daemon([Self.connected, (.callEnded, Self.closing(.hangup))])
        let sink = try folder.write("heard.wav", "precious")
        let kept = try call(daemon, "--sink file:\(sink)")
        #expect(kept.status == 64 && kept.error.contains("--force") && folder.read("heard.wav") == "precious")
        #expect(daemon.requests.isEmpty)
        #expect(try call(daemon, "--sink file:\(sink) --force").status == 0 && folder.read("heard.wav") == "")
    }

    /// What nobody spoke into would only be in the way of the next call.
    @Test func aCallThatDidNotComeAboutLeavesNoFile() throws {
        let folder = try TemporaryFolder(), sink = "\(folder.path)/heard.wav"
        let declined = try Self.daemon([(.callEnded, Self.closing(.declined))])
        #expect(try call(declined, "--sink file:\(sink)").status == 1 && folder.read("heard.wav") == nil)
        let refusing = try TestDaemon { turn throws(ControlError) in
            guard turn.request.method == .eventsSubscribe else { throw ControlError(.mediaInvalid) }
            return ["boot": "test", "seq": 0, "gap": false]
        }
        #expect(try call(refusing, "--sink file:\(sink)").status == 65 && folder.read("heard.wav") == nil)
        let there = try folder.write("there.wav", "precious")
        #expect(try call(declined, "--sink file:\(sink) --sink file:\(there)").status == 64)
        #expect(folder.read("heard.wav") == nil && folder.read("there.wav") == "precious")
    }

    @Test(arguments: ["file:/nonexistent/x.wav", "smell:rose", "pipe:x", "pipe:99", "test:noise"])
    func asourceThatCannotBeMeansNoCall(uri: String) throws {
        let daemon = try Self.daemon([])
        let command = try Command.run("call", "bob", "--source", uri, socket: daemon.path)
        #expect([64, 65].contains(command.status) && daemon.requests.isEmpty && !command.error.isEmpty)
    }

    @Test func theNextCallIsAnswered() throws {
        let daemon = try TestDaemon { turn throws(ControlError) in
            switch turn.request.method {
            case .callList: return ["calls": []]
            case .eventsSubscribe:
                turn.events = [
                    (.callIncoming, ["call": "c1", "peer": "p", "name": "Bob", "level": "L1", "media": ["audio"]])
                ]
                return ["boot": "test", "seq": 0, "gap": false]
            case .callAnswer:
                turn.events = [Self.connected, (.callEnded, Self.closing(.remoteHangup))]
                return ["call": .string(turn.request.parameters.text("call"))]
            default: throw ControlError(.unsupported)
            }
        }
        let command = try Command.run("answer", "--next", "--source", "test:tone", "--json", socket: daemon.path)
        #expect(command.status == 0 && command.json?["outcome"] == "remote_hangup")
    }
}
