import Basics
import Calling
import ControlAPI
import Mesh
import Testing
import Trust

@testable import NodeEngine

/// Two people call each other at once: whatever crosses, one call comes of it, and nothing of it stays open.
@Suite struct CrossingCallsTests {
    @Test(arguments: UInt64(1)..<9) func oneCallComesOfTwo(seed: UInt64) throws {
        let world = World(seed: seed)
        #expect(world.pair())
        let first = world.ask(0, "call.start", ["to": "bob"])
        world.run(.milliseconds(Int64(seed) * 2))
        let second = world.ask(1, "call.start", ["to": "alice"])
        world.run(.seconds(3))
        #expect(world.answer(0, first)?["result"] != nil)
        #expect(world.answer(1, second)?["result"] != nil)
        for node in [0, 1] { #expect(world.events(node, "call.connected").count == 1, "seed \(seed)") }
        _ = world.call(0, "call.end")
        world.run(.seconds(2))
        for node in [0, 1] { #expect(world.isClosed(node), "seed \(seed)") }
    }
}

@Suite struct CallingBackTests {
    @Test func whoCallsSomebodyThatRingsHereAnswers() throws {
        let world = World()
        #expect(world.pair())
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(2)) { !world.events(1, "call.incoming").isEmpty }
        let incoming = try #require(world.events(1, "call.incoming").first?["call"])
        #expect(world.call(1, "call.start", ["to": "alice"])?["result"]?["call"] == incoming)
        world.run(.seconds(1))
        for node in [0, 1] { #expect(world.events(node, "call.connected").count == 1) }
    }
}

@Suite struct PermitsOfCallsTests {
    @Test func theyCloseWithTheCall() throws {
        let world = World()
        #expect(world.pair())
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(1)) { !world.events(1, "call.incoming").isEmpty }
        _ = world.call(1, "call.answer")
        world.run(.seconds(1)) { !world.events(0, "call.connected").isEmpty }
        for node in [0, 1] { #expect(!world.isClosed(node)) }
        _ = world.call(0, "call.end")
        world.run(.seconds(1))
        for node in [0, 1] { #expect(world.isClosed(node)) }
    }

    @Test func theyCloseWhenNobodyAnswers() throws {
        let world = World()
        #expect(world.pair())
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(60))
        #expect(world.events(0, "call.ended").first?["outcome"]?.string == "no_answer")
        for node in [0, 1] { #expect(world.isClosed(node)) }
    }
}
