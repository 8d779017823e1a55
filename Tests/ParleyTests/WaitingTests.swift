import Basics
import ControlAPI
import Platform
import Testing

@Suite struct WaitingTests {
    @Test func waitingForADaemonThatDoesNotComeExits124() throws {
        #expect(try Command.run("wait", "daemon", "--timeout", "30ms").status == 124)
        #expect(try Command.run("wait", "call", "last", "ended").status == 69)
    }

    @Test func theStateIsLookedAtBeforeTheEvents() throws {
        let daemon = try TestDaemon { turn throws(ControlError) in
            turn.request.method == .eventsSubscribe
                ? ["boot": "b", "seq": 0, "gap": false] : ["calls": [], "state": "ready"]
        }
        #expect(try Command.run("wait", "until", "call.list.calls.count == 0", socket: daemon.path).status == 0)
        #expect(try Command.run("wait", "online", socket: daemon.path).status == 0)
        #expect(try Command.run("wait", "daemon", socket: daemon.path).status == 0)
        let never = try Command.run(
            "wait", "until", "call.list.calls.count == 1", "--timeout", "20ms", socket: daemon.path)
        #expect(never.status == 124)
        #expect(try Command.run("wait", "until", "nonsense", socket: daemon.path).status == 64)
    }

    @Test func anEventMakesTheConditionTrue() throws {
        let daemon = try TestDaemon { turn throws(ControlError) in
            turn.events = [(.daemonStopping, [:]), (.identityUnlocked, ["peer": "p", "name": "A"])]
            return ["boot": "b", "seq": 0, "gap": false]
        }
        let wait = try Command.run("wait", "until", "event.type == \"identity.unlocked\"", socket: daemon.path)
        #expect(wait.status == 0)
    }

    @Test(arguments: [
        ("connected", "connected", 0), ("connected", "media", 124), ("ended", "connected", 1), ("ended", "ended", 0),
        ("ended", "media", 1), ("ringing", "ended", 124),
    ])
    func aCallIsWaitedFor(state: String, goal: String, exit: Int32) throws {
        let daemon = try TestDaemon { turn throws(ControlError) in
            turn.request.method == .eventsSubscribe
                ? ["boot": "b", "seq": 0, "gap": false]
                : ["call": "c", "state": .string(state), "closing": ["outcome": "hangup"]]
        }
        let wait = try Command.run(
            "wait", "call", "last", goal, "--timeout", "20ms", "--json", socket: daemon.path)
        #expect(wait.status == exit)
        if goal == "ended", exit == 0 { #expect(wait.json == ["outcome": "hangup"]) }
    }

    @Test func eventsAreOneJSONTextALine() throws {
        let daemon = try TestDaemon { turn throws(ControlError) in
            #expect(turn.request.parameters.texts("topics") == ["journal", "daemon"])
            turn.events = [(.journalSealed, ["size": 1]), (.journalSealed, ["size": 2]), (.journalSealed, ["size": 3])]
            return ["boot": "b", "seq": 0, "gap": .bool(turn.request.parameters.intIfPresent("since") != nil)]
        }
        let arguments = ["events", "--topics", "journal,daemon", "--json", "--count", "2"]
        let events = try Command.run(arguments, socket: daemon.path)
        let lines = try events.output.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        #expect(events.status == 0 && lines.map { $0["data"]?["size"] } == [1, 2])
        #expect(try Command.run(arguments + ["--since", "5"], socket: daemon.path).status == 1)
        #expect(try Command.run("events", "--topics", "nothing", socket: daemon.path).status == 64)
    }
}
