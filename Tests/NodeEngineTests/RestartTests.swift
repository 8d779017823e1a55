import Basics
import ControlAPI
import Journal
import Testing

@testable import NodeEngine

/// One side crashes in a call: the other learns of it, both can call again at once.
@Suite struct RestartTests {
    @Test(arguments: [0, 1]) func silenceEndsTheCall(crashing: Int) throws {
        let world = World()
        try #require(world.pair())
        try #require(world.connect())
        world.restart(crashing)
        let other = 1 - crashing
        world.run(.seconds(20)) { world.liveCall(other) == nil }
        world.run(.seconds(1))
        #expect(world.machines[other].toldCauses.last == "peer_vanished")
        #expect(world.machines[other].journalledCauses.last == "peer_vanished")
        #expect(world.isClosed(0) && world.isClosed(1))
        #expect(world.connect())
    }

    @Test(arguments: [0, 1]) func whoCallsAnewEndsTheOldCall(crashing: Int) throws {
        let world = World()
        try #require(world.pair())
        try #require(world.connect())
        world.restart(crashing)
        let other = 1 - crashing
        _ = world.call(crashing, "call.start", ["to": crashing == 0 ? "bob" : "alice"])
        world.run(.seconds(5)) { world.events(other, "call.incoming").count == (other == 1 ? 2 : 1) }
        world.run(.milliseconds(10))  // an ending is told when it is stored
        #expect(world.machines[other].toldCauses.last == "peer_vanished")
        #expect(world.call(other, "call.answer")?["result"] != nil)
        world.run(.seconds(1))
        #expect(world.events(crashing, "call.connected").count >= 1)
    }

    /// A new session alone must not keep a call alive that the other side has lost.
    @Test(arguments: [0, 1]) func aNewSessionFindsOut(crashing: Int) throws {
        let world = World()
        try #require(world.pair())
        try #require(world.connect())
        world.restart(crashing)
        let other = 1 - crashing
        _ = world.call(other, "call.mute")
        world.run(.seconds(3)) { world.liveCall(other) == nil }
        world.run(.seconds(1))
        #expect(world.machines[other].toldCauses.last == "peer_vanished")
        #expect(world.machines[other].journalledCauses.last == "peer_vanished")
        #expect(world.isClosed(0) && world.isClosed(1))
        #expect(world.connect())
    }

    /// A message 1 that is never confirmed leaves nothing behind.
    @Test func aHandshakeThatIsNotConfirmedIsForgotten() throws {
        let world = World()
        try #require(world.pair())
        world.restart(0)
        world.restart(1)
        world.loses = { $0.first == 0xC4 }
        _ = world.ask(0, "call.start", ["to": "bob"])
        world.run(.seconds(2))
        #expect(world.machines[1].node.device?.links.isEmpty == false)
        world.run(.seconds(300))
        #expect(world.machines[1].node.device?.links.isEmpty == true)
    }
}
