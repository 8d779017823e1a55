import Basics
import ControlAPI
import Paths
import Testing

@testable import NodeEngine

/// Three know each other; two of them cannot reach each other but through the third.
@Suite struct IntroductionTests {
    /// Alice, bob and ivy, all contacts of each other, alice and bob then behind NATs: only ivy is reached directly.
    private func apart(withPairs: Bool = true) -> World? {
        let world = World(names: ["alice", "bob", "ivy"])
        if !withPairs { world.pairs = { _, _ in nil } }
        guard world.pair(), world.acquaint(2, 0), world.acquaint(2, 1) else { return nil }
        world.run(.seconds(5))
        world.passes = { source, target in source == 2 || target == 2 }
        // The session that they made while they could is not theirs to use any more.
        world.run(.seconds(200))
        return world
    }

    @Test func aCallComesThroughAnIntroducerAndThenThroughICE() throws {
        let world = try #require(apart())
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(2)) { !world.events(1, "call.incoming").isEmpty }
        #expect(world.events(1, "call.incoming").count == 1)
        _ = world.call(1, "call.answer")
        world.run(.seconds(2)) { !world.events(0, "call.connected").isEmpty }
        #expect(world.events(0, "call.connected").count == 1)
        world.run(.seconds(2))
        let paths = world.call(0, "net.paths", ["peer": "bob"])?["result"]?["paths"]?.array ?? []
        let path = try #require(paths.first { $0["kind"]?.string == "srflx" && $0["state"]?.string == "active" })
        #expect(path["local"]?.string?.hasPrefix("203.0.113.1:5000") == true)
        #expect(path["remote"]?.string?.hasPrefix("203.0.113.2:5000") == true)
        _ = world.call(0, "call.end")
        world.run(.seconds(1))
        #expect(world.events(1, "call.ended").count == 1)
    }

    @Test func aLockClosesTheAgents() throws {
        let world = try #require(apart())
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(2))
        #expect(!world.machines[0].agents.isEmpty)
        _ = world.call(0, "identity.lock")
        #expect(world.machines[0].agents.isEmpty)
    }

    @Test func withoutAnyPathTheCallEndsWithACause() throws {
        let world = try #require(apart(withPairs: false))
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(2)) { !world.events(1, "call.incoming").isEmpty }
        world.run(.seconds(16))
        #expect(world.events(0, "call.ended").first?["outcome"]?.string == "unreachable")
        #expect(world.events(1, "call.ended").count == 1)
    }

    @Test func anAgentThatDiesIsFollowedByAnother() throws {
        let world = try #require(apart())
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(2)) { !world.events(1, "call.incoming").isEmpty }
        _ = world.call(1, "call.answer")
        world.run(.seconds(3))
        world.breakAgents()
        world.run(.seconds(8))
        let paths = world.call(0, "net.paths", ["peer": "bob"])?["result"]?["paths"]?.array ?? []
        #expect(paths.contains { $0["kind"]?.string == "srflx" && $0["state"]?.string == "active" })
        #expect(world.events(0, "call.ended").isEmpty)
    }

    @Test func whoIsRegisteredNowhereIsUnreachable() throws {
        let world = try #require(apart())
        world.machines[1].isStopped = true
        world.run(.seconds(700))  // until ivy has lost the session
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(16))
        #expect(world.events(0, "call.ended").first?["outcome"]?.string == "unreachable")
    }

    @Test func anInviteIsAcceptedThroughAnIntroducer() throws {
        let world = World(names: ["alice", "bob", "ivy"])
        for index in world.machines.indices { _ = world.call(index, "events.subscribe") }
        world.passes = { source, target in source == 2 || target == 2 }
        #expect(world.acquaint(2, 0) && world.acquaint(2, 1))
        #expect(world.acquaint(0, 1))
    }

    @Test func aBlockedContactIsNotLedToAnybody() throws {
        let world = try #require(apart())
        _ = world.call(1, "contact.block", ["peer": "alice"])
        world.run(.seconds(1))
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(16))
        #expect(world.events(1, "call.incoming").isEmpty)
        #expect(world.events(0, "call.ended").first?["outcome"]?.string == "unreachable")
    }

    @Test func oneWhoBlockedTheIntroducerAsksItForNothing() throws {
        let world = try #require(apart(withPairs: false))
        _ = world.call(0, "contact.block", ["peer": "ivy"])
        world.run(.seconds(1))
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(16))
        #expect(world.events(1, "call.incoming").isEmpty)
    }
}
