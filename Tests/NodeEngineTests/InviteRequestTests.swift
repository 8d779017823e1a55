import Basics
import ControlAPI
import Testing

@testable import NodeEngine

/// What clients see of invites: how long an acceptance may take, and when an invite lapses.
@Suite struct InviteRequestTests {
    @Test func anAcceptanceLastsAsLongAsTheClientSays() {
        let world = World()
        let code = world.call(0, "invite.create")?["result"]?["code"]?.string ?? ""
        world.loses = { _ in true }
        for (timeout, limit) in [(3_000, 3), (nil, 15)] {
            let began = world.now
            var parameters: JSONObject = ["code": .string(code)]
            parameters["timeout_ms"] = timeout.map { JSONValue($0) }
            let answer = world.call(1, "invite.accept", .object(parameters))
            #expect(answer?["error"]?["data"]?["kind"] == "unreachable")
            #expect(world.now - began <= .seconds(limit) + .milliseconds(10))
        }
    }

    @Test func oneAcceptanceOfADeviceAtATime() {
        let world = World()
        let code = world.call(0, "invite.create")?["result"]?["code"]?.string ?? ""
        let first = world.ask(1, "invite.accept", ["code": .string(code)])
        let second = world.ask(1, "invite.accept", ["code": .string(code)])
        #expect(world.answer(1, second)?["error"]?["data"]?["kind"] == "conflict")
        world.run(.seconds(5)) { world.answer(1, first) != nil }
        #expect(world.answer(1, first)?["result"]?["name"] == "alice")
    }

    @Test func anInviteThatLapsesIsToldAndGone() {
        let world = World()
        _ = world.call(0, "events.subscribe")
        let invite = world.call(0, "invite.create", ["expires_s": 60])?["result"]?["invite"]
        world.run(.seconds(240))
        #expect(world.events(0, "invite.expired").map { $0["invite"] } == [invite])
        #expect(world.call(0, "invite.list")?["result"]?["invites"]?.array?.isEmpty == true)
    }
}
