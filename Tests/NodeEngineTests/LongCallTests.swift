import Basics
import Calling
import ControlAPI
import Journal
import Mesh
import Testing

@testable import NodeEngine

/// A call that outlives many keys (PROTOCOL §2: a chained rekey every 120 s).
@Suite struct LongCallTests {
    @Test(arguments: [[0], [1], [0, 1]])
    func noPacketIsLostByARekey(speakers: [Int]) throws {
        let world = World()
        #expect(world.pair())
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(1))
        #expect(world.call(1, "call.answer")?["result"] != nil)
        world.run(.seconds(1))
        let calls = try (0...1).map { index in
            try #require(world.machines[index].node.device?.switchboard.calls.keys.first)
        }
        let sizes = world.machines.map { size(of: $0) }
        let frame = [UInt8](repeating: 0x78, count: 80), frameCount = 5 * 60 * 10
        for number in 0..<frameCount {
            for speaker in speakers {
                world.machines[speaker].node.send(
                    audio: frame.rawSpan, mediaTime: UInt32(number) &* 4_800, marker: false, in: calls[speaker],
                    at: world.moment)
                world.drain(speaker)
            }
            world.run(.milliseconds(100))
        }
        for index in 0...1 {
            #expect(world.events(index, "call.ended").isEmpty)
            #expect(world.machines[index].received.count == (speakers.contains(1 - index) ? frameCount : 0))
            #expect(size(of: world.machines[index]) >= sizes[index] + 2, "both rekeys are entered")
        }
    }

    private func size(of machine: World.Machine) -> Int { machine.node.device?.journal.head.size ?? 0 }
}
