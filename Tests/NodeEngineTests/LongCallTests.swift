import Basics
import ControlAPI
import Journal
import Testing

@testable import NodeEngine

/// Calls that outlive many keys.
@Suite struct LongCallTests {
    @Test func rekeyingLosesNoPacket() throws {
        let world = World()
        try #require(world.pair())
        try #require(world.connect())
        let sent = world.talk(.seconds(11 * 60), every: .milliseconds(500))
        world.run(.seconds(1))
        for index in [0, 1] {
            #expect(world.machines[index].received.count == sent)
            let rekeys = world.machines[index].entries.filter { $0.event == "rekey" }
            #expect(rekeys.compactMap { $0.fields["number"]?.int } == Array(1...rekeys.count))
            #expect(rekeys.count >= 5)
            #expect(world.events(index, "call.path_changed").count <= 1)
        }
        let ends = [0, 1].map { world.call($0, "daemon.status")?["result"]?["drops"]?["authentication_failed"]?.int }
        #expect(ends == [0, 0])
        _ = world.call(0, "call.end")
        world.expectEnding("hangup", "remote_hangup")
    }

    @Test func rekeyingUnderLossKeepsTheCall() throws {
        let world = World(seed: 5)
        try #require(world.pair())
        try #require(world.connect())
        world.weather = World.Weather(loss: 0.2, duplication: 0.05, jitter: .milliseconds(30))
        let sent = world.talk(.seconds(7 * 60), every: .milliseconds(500))
        for index in [0, 1] {
            #expect(world.liveCall(index) != nil)
            #expect(world.machines[index].received.count > sent * 7 / 10)
            #expect(world.machines[index].entries.filter { $0.event == "rekey" }.count >= 3)
            #expect(world.machines[index].entries.filter { $0.event == "cipher.suite" }.count <= 1)
        }
    }

    @Test func mutingIsToldAndSurvivesANewKey() throws {
        let world = World()
        try #require(world.pair())
        try #require(world.connect())
        #expect(world.call(0, "call.mute")?["result"]?["muted"]?.bool == true)
        world.run(.seconds(1))
        #expect(world.events(1, "call.muted").last?["muted"]?.bool == true)
        _ = world.talk(.seconds(130), every: .seconds(1))
        #expect(world.call(0, "call.mute", ["toggle": true])?["result"]?["muted"]?.bool == false)
        world.run(.seconds(1))
        #expect(world.events(1, "call.muted").last?["muted"]?.bool == false)
    }
}
