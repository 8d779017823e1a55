import Basics
import Calling
import ControlAPI
import Mesh
import Testing

@testable import NodeEngine

@Suite struct LossWatchTests {
    @Test func withoutLossNothingIsTold() {
        var watch = LossWatch()
        for second in 1...60 {
            let told = watch.look(settled: second * 50, lost: 0)
            #expect(told == nil)
        }
    }

    @Test func lossIsToldWithinTwoSecondsAndTakenBackLater() {
        var watch = LossWatch(), settled = 0, lost = 0
        var told: [Int] = []
        for second in 0..<60 {
            settled += 50
            lost += second < 20 ? 5 : 0
            if let percent = watch.look(settled: settled, lost: lost) { told.append(percent) }
            if second == 1 { #expect((5...10).contains(watch.percent)) }
            if second == 19 { #expect((8...10).contains(watch.percent)) }
        }
        #expect(watch.percent == 0 && told.last == 0)
        #expect(told.count < 12)
    }

    @Test func aPathThatIsGoneIsNoLoss() {
        var watch = LossWatch()
        _ = watch.look(settled: 500, lost: 0)
        let told = watch.look(settled: 10, lost: 3)
        #expect(told == nil && watch.percent == 0)
    }

    /// Two whole nodes, every eighth packet lost on the way.
    @Test func theEngineIsToldWhatTheNetworkLoses() throws {
        let world = World()
        #expect(world.pair())
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(1)) { !world.events(1, "call.incoming").isEmpty }
        _ = world.call(1, "call.answer")
        world.run(.seconds(1))
        let call = try #require(world.machines[0].node.device?.switchboard.calls.keys.first)
        var count = 0
        world.loses = { packet in
            count += 1
            return packet.count == 116 && count.isMultiple(of: 8)
        }
        let frame = [UInt8](repeating: 0x78, count: 80)
        for number in 0..<300 {
            world.machines[0].node.send(
                audio: frame.rawSpan, mediaTime: UInt32(number * 960), due: world.now, marker: false, in: call,
                at: world.moment)
            world.drain(0)
            world.run(.milliseconds(20))
        }
        let told = world.machines[0].media.compactMap {
            if case .expectLoss(_, let percent) = $0 { percent } else { nil }
        }
        #expect(told.contains { $0 >= 4 }, "\(told)")
    }
}
