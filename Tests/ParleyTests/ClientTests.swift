import Basics
import ControlAPI
import Testing

@Suite struct ClientTests {
    @Test func withoutADaemonTheCommandSaysHowToStartOne() throws {
        let plain = try Command.run("status")
        #expect(plain.status == 69 && plain.output.isEmpty && plain.error.contains("parley up"))
        let json = try Command.run("status", "--json")
        #expect(json.status == 69 && json.json?["error"]?["data"]?["kind"] == "not_running")
        #expect(json.json?["error"]?["data"]?["exit"] == 69)
    }

    @Test func theResultIsShownToPeopleOrAsOneJSONText() throws {
        let daemon = try TestDaemon { _ throws(ControlError) in ["peer": "abc", "name": "Alice"] }
        let plain = try Command.run("id", "show", socket: daemon.path)
        #expect(plain.status == 0 && plain.output == "peer  abc\nname  Alice\n" && plain.error.isEmpty)
        let json = try Command.run("id", "show", "--json", socket: daemon.path)
        #expect(json.output == "{\"peer\":\"abc\",\"name\":\"Alice\"}\n")
        #expect(try Command.run("--socket", daemon.path, "id", "show").status == 0)
    }

    @Test func anErrorOfTheDaemonDecidesTheExit() throws {
        let daemon = try TestDaemon { _ throws(ControlError) in throw ControlError(.notFound, "no contact \"bob\"") }
        let plain = try Command.run("contact", "show", "bob", socket: daemon.path)
        #expect(plain.status == 1 && plain.output.isEmpty && plain.error.contains("Not found: no contact \"bob\""))
        let json = try Command.run("contact", "show", "bob", "--json", socket: daemon.path)
        #expect(json.json?["error"]?["code"] == 102 && json.json?["error"]?["data"]?["kind"] == "not_found")
    }

    @Test func anyMethodCanBeAskedFor() throws {
        let daemon = try TestDaemon { turn throws(ControlError) in .object(turn.request.parameters.object) }
        let ping = try Command.run("rpc", "net.ping", "peer=bob", "count=3", socket: daemon.path)
        #expect(ping.status == 0 && ping.output == "{\"peer\":\"bob\",\"count\":3}\n")
        let input = try Command.run("rpc", "net.ping", "-", socket: daemon.path, input: "{\"peer\":\"x\"}")
        #expect(input.output == "{\"peer\":\"x\"}\n")
        #expect(try Command.run("rpc", "net.nothing", socket: daemon.path).status == 64)
        #expect(try Command.run("rpc", "net.ping", "count=1.5", "peer=b", socket: daemon.path).status == 64)
    }

    @Test func aSocketOfSomethingElseIsToldFromADaemon() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("file", "")
        #expect(try Command.run("status", socket: file).status == 69)
    }

    @Test func aDaemonThatGoesIsMissed() throws {
        let daemon = try TestDaemon { turn throws(ControlError) in
            turn.hangsUp = true
            return ["boot": "test", "seq": 0, "gap": false]
        }
        let events = try Command.run("events", "--json", socket: daemon.path)
        #expect(events.status == 69)
    }

    @Test func theJournalsVerdictIsTheExit() throws {
        let daemon = try TestDaemon { _ throws(ControlError) in
            ["ok": false, "kind": "journal_truncated", "detail": "entry 9 is missing"]
        }
        let json = try Command.run("journal", "verify", "--json", socket: daemon.path)
        #expect(json.status == 13 && json.json?["ok"] == false && json.json?["kind"] == "journal_truncated")
        let plain = try Command.run("journal", "verify", socket: daemon.path)
        #expect(plain.status == 13 && plain.output == "Journal truncated: entry 9 is missing\n")
    }

    @Test func stoppingIsDoneWhenTheSocketIsGone() throws {
        #expect(try Command.run("down").status == 0)
        let daemon = try TestDaemon { turn throws(ControlError) in
            turn.hangsUp = true
            return [:]
        }
        let down = try Command.run("down", "--timeout", "100ms", socket: daemon.path)
        #expect(down.status == 124 && daemon.requests.contains("daemon.shutdown"))
    }
}
