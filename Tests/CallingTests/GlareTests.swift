import Basics
import Calling
import Testing

/// Both call each other at once: one call comes of it, whatever crosses whatever.
@Suite struct GlareTests {
    @Test(arguments: [(first: UInt8(1), second: UInt8(2)), (2, 1)])
    func twoCallsBecomeOneInEveryOrder(wires: (first: UInt8, second: UInt8)) {
        var explorer = Explorer()
        explorer.explore(crossing(wires.first, wires.second)) { end in
            var after = end
            // Where it rang already, the callee's own call was refused and it only has to answer.
            for party in [0, 1] where end.parties[party].states == [.ringingHere] {
                after.put(.answer, on: .person, of: party)
            }
            after.run(for: .seconds(1))
            after.expectTalking()
            #expect(after.parties.allSatisfy { $0.history.joinCount == 1 })
            after.hangUp(0)
            after.expectAllOver()
        }
        #expect(explorer.endCount > 0)
    }

    @Test(arguments: [(first: UInt8(1), second: UInt8(2)), (2, 1)], [0, 1])
    func oneSideMayGiveUpAtAnyMoment(wires: (first: UInt8, second: UInt8), quitter: Int) {
        var network = crossing(wires.first, wires.second)
        network.put(.hangUp, on: .person, of: quitter)
        exploreToTheEnd(network)
    }

    @Test(arguments: [(first: UInt8(1), second: UInt8(2)), (2, 1)])
    func bothSidesMayGiveUpAtAnyMoment(wires: (first: UInt8, second: UInt8)) {
        var network = crossing(wires.first, wires.second)
        network.put(.hangUp, on: .person, of: 0)
        network.put(.hangUp, on: .person, of: 1)
        exploreToTheEnd(network)
    }

    @Test(arguments: [(first: UInt8(1), second: UInt8(2)), (2, 1)], [CallRecord.Act.invite, .join])
    func aJournalMayFailAtAnyMoment(wires: (first: UInt8, second: UInt8), failing: CallRecord.Act) {
        var network = crossing(wires.first, wires.second)
        network.parties[0].journalTakes = { $0 != failing }
        exploreToTheEnd(network)
    }

    @Test(arguments: [(first: UInt8(1), second: UInt8(2)), (2, 1)])
    func theSessionMayBeRenewedAtAnyMoment(wires: (first: UInt8, second: UInt8)) {
        var network = crossing(wires.first, wires.second)
        network.put(.reached(1), on: .session, of: 0)
        exploreToTheEnd(network)
    }

    @Test func inTimeTheLowerIdentifierStands() {
        for (first, second) in [(UInt8(1), UInt8(2)), (2, 1)] {
            var network = crossing(first, second)
            network.run(for: .seconds(1))
            network.expectTalking()
            #expect(network.parties[0].board.calls.values.first?.wireID == CallNetwork.id(1))
        }
    }

    @Test func whoCallsAPersonWhoseOfferIsOnItsWayIsNotRung() {
        var network = crossing(1, 2)
        network.run(for: .seconds(1))
        let events = network.parties.flatMap(\.history.events)
        #expect(!events.contains { if case .incoming = $0 { true } else { false } })
    }

    private func crossing(_ first: UInt8, _ second: UInt8) -> CallNetwork {
        var network = CallNetwork()
        network.dial(from: 0, to: 1, wire: first)
        network.dial(from: 1, to: 0, wire: second)
        return network
    }

    /// In every order: either both talk in one call, or, once all deadlines have passed, nobody is in any.
    private func exploreToTheEnd(_ network: CallNetwork) {
        var explorer = Explorer()
        explorer.explore(network) { end in
            end.expectNoViolation()
            var after = end
            after.run(for: .seconds(180))
            if after.parties.contains(where: { !$0.board.calls.isEmpty }) { after.expectTalking() }
            after.put(.hangUp, on: .person, of: 0)
            after.put(.hangUp, on: .person, of: 1)
            after.run(for: .seconds(180))
            after.expectAllOver()
        }
        #expect(explorer.endCount > 0)
    }
}
