import Basics
import ControlAPI
import Testing

@testable import NodeEngine

/// Two devices without a session begin one at the same time.
@Suite struct CrossingHandshakeTests {
    /// Both have forgotten their session and ask for one at once; what `lost` says is lost.
    private func cross(seed: UInt64, _ lost: @escaping (_ isFirst: Bool, [UInt8]) -> Bool = { _, _ in false }) throws {
        let world = World(seed: seed)
        try #require(world.pair())
        for node in [0, 1] { world.restart(node) }
        let first = world.machines[0].address
        var isFirst = false
        world.watches = { source, _ in isFirst = source == first }
        world.loses = { lost(isFirst, $0) }
        let pings = [world.ask(0, "net.ping", ["peer": "bob"]), world.ask(1, "net.ping", ["peer": "alice"])]
        world.run(.seconds(6))
        for node in [0, 1] {
            #expect(world.answer(node, pings[node])?["result"]?["received"]?.int == 1, "seed \(seed), node \(node)")
            #expect(world.call(node, "daemon.status")?["result"]?["sessions"]?.int == 1, "seed \(seed)")
        }
        world.loses = { _ in false }
        #expect(world.connect(), "seed \(seed)")
    }

    @Test(arguments: UInt64(1)..<9) func oneSessionComesOfTwo(seed: UInt64) throws { try cross(seed: seed) }

    /// The message 1 that goes first is lost again and again: the other is answered after a second.
    @Test(arguments: UInt64(1)..<9) func theOtherIsAnsweredWhenOursIsNot(seed: UInt64) throws {
        try cross(seed: seed) { isFirst, packet in isFirst && packet.first == 0xC1 }
    }
}
