import Basics
import Calling
import Testing

@Suite struct BusyTests {
    @Test func whoeverTalksIsBusyForAThird() {
        var network = talkingThree()
        network.dial(from: 2, to: 1, wire: 9)
        network.run(for: .seconds(1))
        #expect(network.parties[2].causes == [.busy])
        #expect(network.parties[1].history.events.contains(.turnedAway(CallNetwork.peer(2), .busy)))
        #expect(
            network.parties[1].history.notes.contains { $0.act == .refused(.busy) && $0.wireID == CallNetwork.id(9) })
        network.expectTalking()
        network.hangUp(0)
        network.expectAllOver()
    }

    @Test func whoeverIsBeingCalledIsBusyForAThird() {
        var network = CallNetwork(parties: 3)
        network.dial()
        network.run(for: .seconds(1))
        network.dial(from: 2, to: 1, wire: 9)
        network.run(for: .seconds(1))
        #expect(network.parties[2].causes == [.busy])
        #expect(network.parties[1].states == [.ringingHere])
    }

    @Test func whoeverCallsOutIsBusyForAThird() {
        var network = CallNetwork(parties: 3)
        network.dial()
        network.run(for: .milliseconds(1))
        network.dial(from: 2, to: 0, wire: 9)
        network.run(for: .seconds(1))
        #expect(network.parties[2].causes == [.busy])
    }

    @Test func afterTheCallTheLineIsFree() {
        var network = talkingThree()
        network.hangUp(1)
        network.dial(from: 2, to: 1, wire: 9)
        network.run(for: .seconds(1))
        #expect(network.parties[1].states == [.ringingHere])
    }

    @Test func aSecondCallToTheSamePersonIsRefused() {
        var network = CallNetwork.talking()
        #expect(throws: Switchboard.Refusal.alreadyCalling) {
            try network.parties[0].board.start(
                CallNetwork.id(7), wireID: CallNetwork.id(8), to: [CallNetwork.peer(1)], media: [], at: network.now)
        }
    }

    @Test func thereIsACapacityOfCalls() throws {
        var board = Switchboard()
        func start(_ number: UInt8) throws {
            let id = CallNetwork.id(number), peer = CallNetwork.peer(Int(number))
            try board.start(id, wireID: id, to: [peer], media: [], at: .zero)
        }
        for number in 0..<UInt8(Switchboard.capacity) { try start(number) }
        #expect(throws: Switchboard.Refusal.tooManyCalls) { try start(UInt8(Switchboard.capacity)) }
        board.endAll(.shutdown, at: .zero)
        #expect(board.calls.isEmpty)
    }

    private func talkingThree() -> CallNetwork {
        var network = CallNetwork(parties: 3)
        network.parties[1].answers = true
        network.dial()
        network.run(for: .seconds(1))
        network.parties[1].answers = false
        return network
    }
}
