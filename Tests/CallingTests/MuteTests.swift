import Basics
import Calling
import Testing

@Suite struct MuteTests {
    @Test func mutingIsToldToTheOtherSide() {
        var network = CallNetwork.talking()
        network.put(.mute(.audio, true), on: .person, of: 0)
        network.run(for: .seconds(1))
        #expect(theirs(network)?.muted == [.audio])
        network.put(.mute(.audio, false), on: .person, of: 0)
        network.run(for: .seconds(1))
        #expect(theirs(network)?.muted == [])
        let muted = network.parties[1].history.events.filter { if case .muted = $0 { true } else { false } }
        #expect(muted.count == 2)
    }

    @Test func whoMutesBeforeTheAnswerIsMutedFromTheStart() {
        var network = CallNetwork.ringing()
        network.put(.mute(.audio, true), on: .person, of: 0)
        network.run(for: .seconds(1))
        network.put(.answer, on: .person, of: 1)
        network.run(for: .seconds(1))
        #expect(theirs(network)?.muted == [.audio])
        network.expectNoViolation()
    }

    @Test func theCalleeMayMuteBeforeItAnswers() {
        var network = CallNetwork.ringing()
        network.put(.mute(.audio, true), on: .person, of: 1)
        network.put(.answer, on: .person, of: 1)
        network.run(for: .seconds(1))
        #expect(network.parties[0].board.calls.values.first?.participants.values.first?.muted == [.audio])
    }

    @Test func aMuteThatChangesNothingIsNoEvent() {
        var network = CallNetwork.talking()
        for _ in 0..<5 { network.put(.mute(.audio, true), on: .person, of: 0) }
        network.run(for: .seconds(1))
        let muted = network.parties[1].history.events.filter { if case .muted = $0 { true } else { false } }
        #expect(muted.count == 1)
    }

    /// Front ends are not flooded, and know how it ended.
    @Test(arguments: [1_000, 1_001]) func whoMutesAllTheTimeIsToldSometimes(count: Int) {
        var network = CallNetwork.talking()
        for number in 1...count {
            network.put(
                .message(CallMessage(call: CallNetwork.id(1), .mute(.audio, !number.isMultiple(of: 2))), from: 0),
                on: .wire(from: 0), of: 1, after: .milliseconds(number))
        }
        network.run(for: .seconds(5))
        let told = network.parties[1].history.events.compactMap { event in
            if case .muted(_, _, _, let isMuted) = event { isMuted } else { nil }
        }
        #expect(told.count >= 2 && told.count <= 8)
        #expect(told.last == !count.isMultiple(of: 2))
        #expect(theirs(network)?.muted == (count.isMultiple(of: 2) ? [] : [.audio]))
        for (one, next) in zip(told, told.dropFirst()) { #expect(one != next) }
        #expect(network.parties[1].board.deadline == .distantFuture)
    }

    @Test func whoHasNotJoinedMutesNobody() {
        var network = CallNetwork.ringing()
        for body in [CallMessage.Body.mute(.audio, true), .source(.audio, isRunning: true)] {
            network.put(.message(CallMessage(call: CallNetwork.id(1), body), from: 0), on: .wire(from: 0), of: 1)
        }
        network.run(for: .seconds(1))
        #expect(theirs(network)?.muted == [])
        #expect(theirs(network)?.running == [])
        #expect(network.parties[1].history.events.count == 1)
    }

    @Test func theOtherSideKnowsWhetherOurSourceRuns() {
        var network = CallNetwork.talking()
        let call = network.parties[0].board.calls.keys[0]
        for isRunning in [true, false] {
            network.parties[0].board.sourceChanged(call, .audio, isRunning: isRunning)
            network.run(for: .zero)
            network.put(.mute(.video, isRunning), on: .person, of: 0)  // lets the outputs out
            network.run(for: .seconds(1))
            #expect(theirs(network)?.running == (isRunning ? [.audio] : []))
        }
    }

    /// What the callee knows of the caller.
    private func theirs(_ network: CallNetwork) -> Participant? {
        network.parties[1].board.calls.values.first?.participants.values.first
    }
}
