import Basics
import Calling
import Testing

/// Nothing assumes that a call has two participants.
@Suite struct GroupCallTests {
    @Test func oneCallMayReachSeveral() {
        var network = three(answering: [1, 2])
        network.run(for: .seconds(1))
        #expect(network.parties[0].history.joined.count == 2)
        #expect(network.isTalking(1) && network.isTalking(2))
        network.hangUp(0)
        network.expectAllOver()
        #expect(network.causes == [[.hangup], [.remoteHangup], [.remoteHangup]])
    }

    @Test func whoDoesNotAnswerMissesTheCallThatGoesOn() {
        var network = three(answering: [1])
        network.run(for: .seconds(50))
        #expect(network.parties[2].causes == [.missed])
        #expect(network.parties[0].history.joined.count == 1)
        let call = network.parties[0].board.calls.keys[0]
        #expect(network.parties[0].history.events.contains(.participantLeft(call, CallNetwork.peer(2), .noAnswer)))
        network.hangUp(1)
        network.expectAllOver()
    }

    @Test func whoCannotBeReachedDoesNotHoldTheOthersUp() {
        var network = three(answering: [1])
        network.offline = [2]
        network.run(for: .seconds(1))
        #expect(network.parties[0].states.contains(.ended(.unreachable)))
        #expect(network.isTalking(1))
        network.hangUp(1)
        network.expectAllOver()
    }

    @Test func theCallEndsWithTheLastToLeave() {
        var network = three(answering: [1, 2])
        network.run(for: .seconds(1))
        network.hangUp(1)
        #expect(network.parties[0].board.calls.count == 1)
        #expect(network.isTalking(2))
        network.hangUp(2)
        network.expectAllOver()
        #expect(network.parties[0].causes == [.remoteHangup])
    }

    @Test func whoLeavesEarlyIsEnteredWithTheTimeOfHisPart() throws {
        var network = three(answering: [1, 2])
        network.run(for: .seconds(1))
        let connected = try #require(network.parties[0].board.calls.values.first?.connected)
        network.run(for: .seconds(7))
        network.hangUp(1)
        let left = network.parties[0].history.notes.compactMap { record -> Duration? in
            guard case .leave(.remoteHangup, let duration) = record.act else { return nil }
            return duration
        }
        let duration = try #require(left.first)
        #expect(left.count == 1 && duration > .seconds(7) && duration <= network.now - connected)
    }

    @Test func theStateOfACallIsTheFurthestThatAnybodyGot() {
        var network = three(answering: [1])
        network.run(for: .seconds(1))
        #expect(network.parties[0].board.calls.values.first?.stateName == "connected")
        #expect(network.parties[2].board.calls.values.first?.stateName == "incoming")
    }

    /// Of those who are called, one calls the caller at the same time: its own call is turned away, ours reaches it.
    @Test func aCalledPersonWhoDialsUsIsTurnedAwayOnce() {
        var network = three(answering: [1])
        network.dial(from: 2, to: 0, wire: 1)
        network.run(for: .seconds(300))
        #expect(network.parties[2].causes.contains(.busy) || network.parties[0].history.joined.count == 2)
        network.hangUp(0)
        network.expectAllOver()
    }

    private func three(answering: [Int]) -> CallNetwork {
        var network = CallNetwork(parties: 3)
        for party in answering { network.parties[party].answers = true }
        network.put(.start(CallNetwork.id(100), wire: CallNetwork.id(50), to: [1, 2]), on: .person, of: 0)
        return network
    }
}
