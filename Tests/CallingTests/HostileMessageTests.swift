import Basics
import Calling
import Mesh
import TestSupport
import Testing

/// A contact may send any message at any time: nothing traps, no rule breaks, and no more than its own calls suffer.
@Suite struct HostileMessageTests {
    @Test(arguments: UInt64(0)..<60)
    func nonsenseBreaksNoRule(seed: UInt64) {
        var random = SplitMix(seed: seed), network = CallNetwork(seed: seed)
        network.parties[1].answers = seed.isMultiple(of: 2)
        for _ in 0..<200 {
            let call = CallNetwork.id(UInt8.random(in: 0..<6, using: &random))
            let message = CallMessage(call: call, Self.body(&random))
            network.put(.message(message, from: 0), on: .wire(from: 0), of: 1)
            if Int.random(in: 0..<20, using: &random) == 0 {
                network.put(.start(CallID(using: &random), wire: CallNetwork.id(5), to: [0]), on: .person, of: 1)
            }
            network.run(for: .milliseconds(Int.random(in: 0...2_000, using: &random)))
            #expect(network.parties[1].history.violations == [], "seed \(seed)")
            #expect(network.parties[1].board.calls.count <= 2)
        }
        network.put(.unreachable(0), on: .session, of: 1)
        network.run(for: .seconds(300))
        #expect(network.parties[1].board.calls.isEmpty, "seed \(seed)")
        #expect(network.parties[1].history.begun == Set(network.parties[1].history.ended.keys), "seed \(seed)")
    }

    private static func body(_ random: inout SplitMix) -> CallMessage.Body {
        let kind = MediaKind.allCases.randomElement(using: &random) ?? .audio
        let cause = EndCause.allCases.randomElement(using: &random) ?? .hangup
        let isOn = Bool.random(using: &random)
        return switch Int.random(in: 0..<7, using: &random) {
        case 0: .offer(lifetime: .milliseconds(Int.random(in: 0...90_000, using: &random)), media: CallNetwork.media)
        case 1: .ringing
        case 2: .accept(media: CallNetwork.media)
        case 3: .reject(cause)
        case 4: .end(cause)
        case 5: .mute(kind, isOn)
        default: .source(kind, isRunning: isOn)
        }
    }
}
