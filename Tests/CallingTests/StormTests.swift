import Basics
import Calling
import Mesh
import TestSupport
import Testing

/// Chance asks, answers, cancels, breaks and delays; then it is calm, and everything must be over.
@Suite struct StormTests {
    @Test(arguments: UInt64(0)..<80)
    func everyCallEndsOnceAndNoMediaComesBeforeItsEntry(seed: UInt64) {
        var random = SplitMix(seed: seed), network = CallNetwork(parties: 3, seed: seed)
        network.wireDelay = .milliseconds(Int.random(in: 0...800, using: &random))
        network.journalDelay = .milliseconds(Int.random(in: 0...400, using: &random))
        network.reachDelay = .milliseconds(Int.random(in: 0...900, using: &random))
        let failsOften = seed.isMultiple(of: 3)
        for wire in 0..<UInt8(120) {
            if let wish = wish(wire, &random) {
                network.put(wish.step, on: wish.lane, of: Int.random(in: 0..<3, using: &random))
            }
            if failsOften {
                let fails = Bool.random(using: &random)
                network.parties[Int.random(in: 0..<3, using: &random)].journalTakes = { $0 == .ring || !fails }
            }
            network.run(for: .milliseconds(Int.random(in: 0...3_000, using: &random)))
            network.expectNoViolation("seed \(seed)")
        }
        calm(&network)
        network.expectAllOver("seed \(seed)")
        #expect(network.parties.contains { !$0.history.ended.isEmpty })
    }

    /// Something that a person or the network does.
    private func wish(_ wire: UInt8, _ random: inout SplitMix) -> (step: CallNetwork.Step, lane: CallNetwork.Lane)? {
        let other = Int.random(in: 0..<3, using: &random)
        let id = CallID(using: &random)
        return switch Int.random(in: 0..<16, using: &random) {
        case 0...4: (.start(id, wire: CallID(using: &random), to: [other]), .person)
        case 5: (.start(id, wire: CallID(using: &random), to: [other, (other + 1) % 3]), .person)
        case 6...9: (.answer, .person)
        case 10: (.decline, .person)
        case 11, 12: (.hangUp, .person)
        case 13: (.mute(.audio, Bool.random(using: &random)), .person)
        case 14: (.reached(other), .session)
        case 15: (.unreachable(other), .session)
        default: nil
        }
    }

    private func calm(_ network: inout CallNetwork) {
        for party in network.parties.indices { network.parties[party].journalTakes = { _ in true } }
        network.run(for: .seconds(180))
        for party in network.parties.indices {
            for _ in 0..<4 { network.put(.hangUp, on: .person, of: party) }
        }
        network.run(for: .seconds(180))
    }
}
