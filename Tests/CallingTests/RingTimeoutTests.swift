import Basics
import Calling
import Testing

@Suite struct RingTimeoutTests {
    @Test func anUnansweredCallEndsOnBothSidesAfterTheRingTime() {
        var network = CallNetwork.ringing()
        network.run(for: .seconds(43))
        #expect(network.parties[0].states == [.ringingThere])
        network.run(for: .seconds(3))
        network.expectAllOver()
        #expect(network.causes == [[.noAnswer], [.missed]])
    }

    @Test func theShorterOfTheTwoRingTimesCounts() {
        var network = CallNetwork()
        network.parties[1].board.policy.ringDuration = .seconds(10)
        network.dial()
        network.run(for: .seconds(12))
        network.expectAllOver()
        #expect(network.causes == [[.noAnswer], [.missed]])

        network = CallNetwork()
        network.parties[0].board.policy.ringDuration = .seconds(10)
        network.dial()
        network.run(for: .seconds(12))
        network.expectAllOver()
        #expect(network.causes == [[.noAnswer], [.missed]])
    }

    @Test func nothingRingsForLongerThanAMinute() {
        var network = CallNetwork()
        for party in [0, 1] { network.parties[party].board.policy.ringDuration = .seconds(3600) }
        network.dial()
        network.run(for: .seconds(62))
        network.expectAllOver()
    }

    @Test func anAnsweredCallHasNoDeadline() {
        var network = CallNetwork.talking()
        #expect(network.parties.allSatisfy { $0.board.deadline == .distantFuture })
        network.run(for: .seconds(7200))
        network.expectTalking()
    }

    @Test func anEarlyTimeoutDoesNothing() {
        var network = CallNetwork.ringing()
        for _ in 0..<10 { network.timeouts() }
        #expect(network.parties[0].states == [.ringingThere])
        #expect(network.parties[1].states == [.ringingHere])
    }

    @Test func ringsThatEndTogetherOnBothSidesEndOnce() {
        var network = CallNetwork()
        network.wireDelay = .zero
        network.dial()
        network.run(for: .seconds(60))
        network.expectAllOver()
    }

    /// The callee answers in the moment in which the caller gives up.
    @Test func anAnswerThatComesTooLateEndsWithTheCall() {
        var network = CallNetwork()
        network.parties[1].board.policy.ringDuration = .seconds(60)
        network.parties[0].board.policy.ringDuration = .seconds(10)
        network.wireDelay = .milliseconds(500)
        network.dial()
        network.run(for: .milliseconds(9_900))
        network.put(.answer, on: .person, of: 1)
        network.run(for: .seconds(60))
        network.expectAllOver()
        #expect(network.causes == [[.noAnswer], [.remoteHangup]])
    }
}
