import Basics
import Calling
import Testing

/// SECURITY, "Strangers and floods": six unanswered calls an hour and contact.
@Suite struct FloodTests {
    @Test func theSeventhUnansweredCallWithinTheHourDoesNotRing() {
        var network = CallNetwork()
        for number in 1...6 { network.callInVain(UInt8(number)) }
        #expect(network.parties[1].causes == Array(repeating: .missed, count: 6))
        network.callInVain(7)
        #expect(network.parties[0].causes.last == .refused)
        #expect(network.parties[1].causes.count == 6)
        #expect(network.parties[1].history.notes.contains { $0.act == .refused(.refused) })
        network.expectAllOver()
    }

    @Test func anHourLaterItRingsAgain() {
        var network = CallNetwork()
        for number in 1...7 { network.callInVain(UInt8(number)) }
        network.run(for: .seconds(3600))
        network.dial(wire: 9)
        network.run(for: .seconds(1))
        #expect(network.parties[1].states == [.ringingHere])
    }

    @Test func answeredAndDeclinedCallsAreNotCounted() {
        var network = CallNetwork()
        for number in 1...20 {
            network.dial(wire: UInt8(number))
            network.run(for: .seconds(1))
            network.put(number.isMultiple(of: 2) ? .answer : .decline, on: .person, of: 1)
            network.run(for: .seconds(1))
            network.hangUp(0)
        }
        #expect(network.parties[1].causes.count == 20)
        network.expectAllOver()
    }

    @Test func anotherContactMayStillCall() {
        var network = CallNetwork(parties: 3)
        for number in 1...7 { network.callInVain(UInt8(number)) }
        network.dial(from: 2, to: 1, wire: 9)
        network.run(for: .seconds(1))
        #expect(network.parties[1].states == [.ringingHere])
    }

    /// A new offer ends the last one: that is no way around the count.
    @Test(arguments: [false, true]) func offersThatReplaceEachOtherAreCounted(answers: Bool) {
        var network = CallNetwork()
        network.parties[1].answers = answers
        network.parties[1].journalTakes = { _ in true }
        network.journalDelay = .seconds(5)  // the answer never gets as far as media
        for number in 1...50 {
            let offer = CallMessage(
                call: CallNetwork.id(UInt8(number)), .offer(lifetime: .seconds(45), media: CallNetwork.media))
            network.put(.message(offer, from: 0), on: .wire(from: 0), of: 1)
        }
        network.run(for: .seconds(1))
        let rings = network.parties[1].history.notes.filter { $0.act == .ring }
        #expect(rings.count == 6)
        network.expectNoViolation()
    }

    @Test func anOfferWithoutALifetimeDoesNotRingButCounts() {
        var network = CallNetwork()
        for number in 1...50 {
            let offer = CallMessage(call: CallNetwork.id(UInt8(number)), .offer(lifetime: .zero, media: []))
            network.put(.message(offer, from: 0), on: .wire(from: 0), of: 1, after: .milliseconds(number))
        }
        network.run(for: .seconds(1))
        let acts = network.parties[1].history.notes.map(\.act)
        #expect(acts == Array(repeating: .refused(.missed), count: 6) + Array(repeating: .refused(.refused), count: 44))
        #expect(network.parties[1].causes.isEmpty)
    }
}

extension CallNetwork {
    fileprivate mutating func callInVain(_ wire: UInt8) {
        dial(wire: wire)
        run(for: .seconds(1))
        hangUp(0)
    }
}
