import Basics
import ControlAPI
import Journal
import Testing

@testable import NodeEngine

/// The network loses, delays, repeats and reorders: pairing and calls come about all the same, once.
@Suite struct RoughNetworkTests {
    @Test(arguments: UInt64(1)..<13) func aCallComesAboutWithAFifthLost(seed: UInt64) throws {
        let world = World(seed: seed)
        world.weather = World.Weather(loss: 0.2, duplication: 0.1, jitter: .milliseconds(40))
        try #require(world.pair(), "seed \(seed)")
        try #require(world.connect(), "seed \(seed)")
        let sent = world.talk(.seconds(5))
        world.run(.seconds(1))
        for index in [0, 1] {
            let received = world.machines[index].received
            let numbers = received.map(\.sequence.rawValue)
            #expect(Set(numbers).count == numbers.count, "seed \(seed): a packet was taken twice")
            #expect(received.count > sent / 2 && received.count < sent, "seed \(seed)")
        }
        _ = world.call(1, "call.end")
        world.run(.seconds(10)) { world.liveCall(0) == nil }
        world.expectEnding("remote_hangup", "hangup")
    }

    @Test func whatComesTwiceIsTakenOnce() throws {
        let world = World()
        world.weather = World.Weather(duplication: 1)
        try #require(world.pair())
        try #require(world.connect())
        #expect(world.events(0, "contact.added").count == 1 && world.events(1, "contact.added").count == 1)
        let sent = world.talk(.seconds(2))
        world.run(.seconds(1))
        for index in [0, 1] { #expect(world.machines[index].received.count == sent) }
        let drops = world.call(0, "daemon.status")?["result"]?["drops"]
        #expect(drops?["replayed"]?.int ?? 0 > 0)
    }
}
