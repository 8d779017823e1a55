import Basics
import ControlAPI
import TestSupport
import Testing

/// What the tables promise about themselves.
@Suite struct TableTests {
    @Test func theMethodsOfTheFirstCallAreThere() {
        let methods = """
            daemon.status daemon.shutdown identity.get identity.create identity.lock identity.unlock identity.export
            identity.import contact.list contact.get contact.set contact.block contact.remove invite.create
            invite.accept invite.list invite.revoke call.start call.answer call.decline call.end call.mute call.list
            call.get call.stats media.sources media.addSource journal.verify journal.head journal.query journal.export
            events.subscribe events.next events.types rpc.discover net.paths net.ping
            """
        #expect(
            Set(MethodName.allCases.map(\.rawValue))
                == Set(methods.split(whereSeparator: \.isWhitespace).map(String.init)))
    }

    @Test func codesAndKindsAreUnique() {
        let kinds = ErrorKind.allCases
        #expect(Set(kinds.map(\.row.code)).count == kinds.count)
        for kind in kinds {
            #expect(kind.row.exit != .success && !kind.row.hint.isEmpty && !kind.row.title.isEmpty)
            #expect(kind.row.code < 0 || kind.row.code >= 100)
        }
        #expect(ErrorKind.parseError.row.code == -32700 && ErrorKind.internalError.row.code == -32603)
        #expect(ErrorKind.unreachable.row.exit == .unreachable && ErrorKind.declined.row.exit == .negative)
    }

    @Test func exitCodesAreThoseOfTheContract() {
        let codes: [Int32] = [0, 1, 2, 3, 10, 11, 12, 13, 64, 65, 68, 69, 70, 74, 75, 76, 77, 78, 124, 130]
        #expect(ExitCode.allCases.map(\.rawValue) == codes)
    }

    @Test func fieldsHaveOneNameEachAndASummary() {
        let tables =
            MethodName.allCases.flatMap { [$0.method.parameters, $0.method.result] }
            + EventType.allCases.map(\.fields)
        for fields in tables {
            #expect(Set(fields.map(\.name)).count == fields.count)
            #expect(fields.allSatisfy { !$0.summary.isEmpty })
        }
    }

    @Test func anErrorTellsKindHintAndExit() {
        var error = ControlError(.busy, "one call at a time", subject: "c1", retryAfter: .milliseconds(1500))
        #expect(
            error.json == [
                "code": 106, "message": "Busy: one call at a time",
                "data": [
                    "kind": "busy", "retryable": true, "retry_after_ms": 1500,
                    "hint": .string(ErrorKind.busy.row.hint), "detail": "one call at a time", "subject": "c1",
                    "exit": 75,
                ],
            ])
        error.hint = "Hang up first."
        #expect(error.json["data"]?["hint"] == "Hang up first.")
    }

    @Test func helloTellsWhoTheClientIs() throws {
        let line = try JSONValue(parsing: RPCLine.hello(boot: "b", sequence: 4, uid: 1000))
        #expect(line["method"] == "hello" && line["id"] == nil)
        #expect(line["params"]?["api"] == "1.0" && line["params"]?["boot"] == "b" && line["params"]?["seq"] == 4)
        #expect(line["params"]?["peer"]?["uid"] == 1000)
        #expect(line["params"]?["peer"]?["scopes"]?.array?.contains("call") == true)
    }

    @Test func aLineThatIsTooLongGetsAnErrorWithoutId() throws {
        let answer = try JSONValue(parsing: RPCLine.tooLong)
        #expect(answer["id"] == .null && answer["error"]?["code"] == -32600 && RPCLine.longest == 1_048_576)
    }

    @Test func resultsAreHeldToTheTables() {
        let paths = MethodName.netPaths.method
        let path: JSONValue = [
            "kind": "host", "state": "active", "since": "2026-11-23T17:50:00.123Z", "local": "[::1]:1",
            "remote": "[::1]:2",
        ]
        #expect(paths.misfit(of: ["peer": "p", "paths": [path]]) == nil)
        #expect(paths.misfit(of: ["peer": "p"])?.contains("paths") == true)
        #expect(
            paths.misfit(of: ["peer": "p", "paths": [["kind": "host"]]])?.contains("result.paths[0].state") == true)
        #expect(paths.misfit(of: ["peer": "p", "paths": [], "more": 1])?.contains("result.more") == true)
        #expect(MethodName.rpcDiscover.method.misfit(of: OpenRPC.document) == nil)
        #expect(MethodName.eventsTypes.method.misfit(of: EventType.description) == nil)
        #expect(EventType.journalSealed.misfit(of: ["size": -1]) != nil)
        #expect(EventType.journalSealed.misfit(of: ["size": 1]) == nil)
    }
}
