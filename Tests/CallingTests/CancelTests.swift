import Basics
import Calling
import Testing

@Suite struct CancelTests {
    /// At each moment from the wish to the answer, one caller's change of mind ends the call everywhere.
    @Test(arguments: stride(from: 0, through: 200, by: 1).map { $0 })
    func theCallerMayGiveUpAtAnyMoment(milliseconds: Int) {
        var network = CallNetwork()
        network.dial()
        network.put(.answer, on: .person, of: 1, after: .milliseconds(100))
        network.put(.hangUp, on: .person, of: 0, after: .milliseconds(milliseconds))
        network.run(for: .seconds(60))
        network.expectAllOver("after \(milliseconds) ms")
        let cause = network.parties[0].causes
        #expect(cause == [milliseconds <= 122 ? .cancelled : .hangup], "after \(milliseconds) ms")
    }

    @Test func anOfferThatHasNotGoneOutIsNeverHeardOf() {
        var network = CallNetwork()
        network.dial()
        network.put(.hangUp, on: .person, of: 0, after: .milliseconds(10))
        network.run(for: .seconds(60))
        network.expectAllOver()
        #expect(network.parties[1].history.events.isEmpty)
        #expect(network.parties[0].history.sent.isEmpty)
    }

    @Test func theCalleeSeesAMissedCall() {
        var network = CallNetwork.ringing()
        network.hangUp(0)
        network.expectAllOver()
        #expect(network.causes == [[.cancelled], [.missed]])
    }

    @Test func anEndedCallCannotBeEndedAgain() {
        var network = CallNetwork.ringing()
        let call = network.parties[0].board.calls.keys[0]
        network.hangUp(0)
        #expect(throws: Switchboard.Refusal.unknownCall) { try network.parties[0].board.end(call, at: network.now) }
    }
}
