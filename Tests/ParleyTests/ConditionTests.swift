import Basics
import ControlAPI
import Testing

@testable import parley

@Suite struct ConditionTests {
    private let answers: [Condition.Source: JSONValue] = [
        .method("call.list", [:]): ["calls": [["state": "connected", "call": "c"], ["state": "incoming"]]],
        .method("daemon.status", [:]): ["calls": 2, "state": "ready", "journal": ["size": 9], "flag": true, "none": 0],
        .method("contact.get", ["peer": "bob", "n": 1]): ["online": false],
        .event: ["type": "invite.used", "data": ["count": 4]],
    ]

    @Test(arguments: [
        "daemon.status.calls == 2", "daemon.status.calls >= 2.0", "daemon.status.calls < 2.5",
        "daemon.status.calls != 3",
        "daemon.status.journal.size > 8", "daemon.status.state == \"ready\"", "daemon.status.state < \"s\"",
        "call.list.calls[0].state == \"connected\"", "call.list.calls[1].state!=\"connected\"",
        "call.list.calls.count == 2", "call.list.calls[0].count == 2", "event.data.count == 4",
        "daemon.status.flag", "!daemon.status.none", "not daemon.status.nothing", "daemon.status.nothing == null",
        "call.list.calls[9] == null", "contact.get(peer=bob,n=1).online == false",
        "contact.get( peer = \"bob\", n = 1 ).online == false", "event.type == \"invite.used\"",
        "daemon.status.calls == 9 || daemon.status.flag", "daemon.status.flag and (event or daemon.status.none)",
        "daemon.status.flag && !(daemon.status.none || daemon.status.nothing)", "1 == 1.0", "-1 < 0", "true != false",
        "\"a\\\"b\" == \"a\\\"b\"", "daemon.status.notable == null",
    ])
    func holds(text: String) throws {
        #expect(try Condition(parsing: text).holds(answers))
    }

    @Test(
        arguments: [
            "daemon.status.calls == \"2\"", "daemon.status.state > 1", "daemon.status.none", "daemon.status.nothing",
            "contact.get(peer=bob,n=1).online",
        ])
    func doesNotHold(text: String) throws {
        #expect(try !Condition(parsing: text).holds(answers))
    }

    @Test(arguments: [
        "", "daemon", "daemon.", "daemon.status ==", "== 1", "(daemon.status.calls", "daemon.status.calls == 2)",
        "daemon.status[", "daemon.status[x]", "daemon.status(a)", "daemon.status(a=)", "daemon.status(a=1", "a.b = 1",
        "\"open", "a.b && ", "a.b || || c.d", "1..2 == 1", "!", "a.b c.d",
    ])
    func whatCannotBeUnderstoodIsRefusedWithItsPlace(text: String) {
        let failure = #expect(throws: Failure.self) { try Condition(parsing: text) }
        #expect(failure?.exit == .usage && failure?.message.contains("column") == true)
    }

    @Test func sourcesAreNamedOnce() throws {
        let condition = try Condition(parsing: "a.b.c == 1 && a.b.d == 2 || c.d(x=1).e || event.type == \"x\"")
        #expect(condition.sources == [.method("a.b", [:]), .method("c.d", ["x": 1]), .event])
    }
}
