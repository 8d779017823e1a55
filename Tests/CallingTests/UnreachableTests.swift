import Basics
import Calling
import Testing

@Suite struct UnreachableTests {
    @Test func aCallToNobodyEndsAsUnreachable() {
        var network = CallNetwork()
        network.offline = [1]
        network.dial()
        network.run(for: .seconds(1))
        #expect(network.parties[0].causes == [.unreachable])
        network.expectAllOver()
    }

    @Test func aSessionThatNeverComesIsGivenUp() {
        var network = CallNetwork()
        network.reachDelay = .seconds(3600)
        network.dial()
        network.run(for: .seconds(14))
        #expect(network.parties[0].states == [.reaching])
        network.run(for: .seconds(2))
        #expect(network.parties[0].causes == [.unreachable])
        network.expectAllOver()
    }

    @Test func aSessionThatComesTooLateCallsNobody() {
        var network = CallNetwork()
        network.reachDelay = .seconds(20)
        network.dial()
        network.run(for: .seconds(60))
        #expect(network.parties[1].history.events.isEmpty)
        network.expectAllOver()
    }

    @Test func losingThePeerWhileItRingsThereIsUnreachable() {
        var network = CallNetwork.ringing()
        network.put(.unreachable(1), on: .session, of: 0)
        network.put(.unreachable(0), on: .session, of: 1)
        network.run(for: .seconds(1))
        network.expectAllOver()
        #expect(network.causes == [[.unreachable], [.missed]])
    }

    @Test func losingThePeerInACallIsVanishing() {
        var network = CallNetwork.talking()
        network.put(.unreachable(1), on: .session, of: 0)
        network.put(.unreachable(0), on: .session, of: 1)
        network.run(for: .seconds(1))
        network.expectAllOver()
        #expect(network.causes == [[.peerVanished], [.peerVanished]])
    }

    @Test func losingSomebodyElseChangesNothing() {
        var network = CallNetwork(parties: 3)
        network.parties[1].answers = true
        network.dial()
        network.run(for: .seconds(1))
        network.put(.unreachable(2), on: .session, of: 0)
        network.run(for: .seconds(1))
        network.expectTalking()
    }

    @Test func anOfferGoesOutAgainOnASessionMadeAnewAndRingsOnce() {
        var network = CallNetwork()
        network.dial()
        network.run(for: .milliseconds(45))
        #expect(network.parties[0].states == [.offered])
        network.put(.reached(1), on: .session, of: 0)
        network.run(for: .seconds(1))
        let rings = network.parties[1].history.events.filter { if case .incoming = $0 { true } else { false } }
        #expect(rings.count == 1)
        #expect(network.parties[0].states == [.ringingThere])
    }

    @Test func anOfferThatWasDeclinedDoesNotRingAgain() {
        var network = CallNetwork()
        network.wireDelay = .milliseconds(200)
        network.dial()
        network.run(for: .milliseconds(300))
        network.put(.decline, on: .person, of: 1)
        network.put(.reached(1), on: .session, of: 0)  // before `ringing` and `reject` arrive
        network.run(for: .seconds(2))
        let rings = network.parties[1].history.events.filter { if case .incoming = $0 { true } else { false } }
        #expect(rings.count == 1)
        network.expectAllOver()
        #expect(network.causes == [[.declined], [.declined]])
    }
}
