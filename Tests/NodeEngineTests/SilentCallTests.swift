import Basics
import ControlAPI
import Testing

@testable import NodeEngine

/// A call in which nobody says anything outlives the keys and the idle time of the session that it began on.
@Suite struct SilentCallTests {
    /// Both directions: the one who made the session and the one who answered it make its new keys.
    @Test(arguments: [0, 1])
    func aCallOutlivesItsKeys(caller: Int) {
        let world = World()
        #expect(world.pair())
        connect(world, from: caller)
        world.run(.seconds(1200))
        #expect(world.events(0, "call.ended").isEmpty && world.events(1, "call.ended").isEmpty)
        for index in [0, 1] {
            let calls = world.call(index, "call.list")?["result"]?["calls"]?.array ?? []
            #expect(calls.first?["state"] == "connected")
            #expect(world.events(index, "contact.offline").isEmpty)
        }
    }

    @Test func aCallOnASessionThatRestedOutlivesItsKeys() {
        let world = World()
        #expect(world.pair())
        world.run(.seconds(130))
        connect(world, from: 0)
        world.run(.seconds(600))
        #expect(world.events(0, "call.ended").isEmpty && world.events(1, "call.ended").isEmpty)
    }

    private func connect(_ world: World, from caller: Int) {
        let callee = 1 - caller
        let names = ["alice", "bob"]
        #expect(world.call(caller, "call.start", ["to": .string(names[callee])])?["result"] != nil)
        world.run(.seconds(5)) { !world.events(callee, "call.incoming").isEmpty }
        #expect(world.call(callee, "call.answer")?["result"] != nil)
        world.run(.seconds(5)) { !world.events(caller, "call.connected").isEmpty }
        #expect(!world.events(caller, "call.connected").isEmpty)
    }
}
