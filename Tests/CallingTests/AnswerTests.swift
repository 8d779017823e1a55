import Basics
import Calling
import Testing

@Suite struct AnswerTests {
    @Test func aCallRingsIsAnsweredAndIsHungUp() {
        var network = CallNetwork.ringing()
        #expect(network.parties[0].states == [.ringingThere])
        #expect(network.parties[1].states == [.ringingHere])
        network.put(.answer, on: .person, of: 1)
        network.run(for: .seconds(1))
        network.expectTalking()
        network.hangUp(0)
        network.expectAllOver()
        #expect(network.causes == [[.hangup], [.remoteHangup]])
        #expect(network.parties.map(\.history.joinCount) == [1, 1])
    }

    @Test func theCalleeMayHangUpToo() {
        var network = CallNetwork.talking()
        network.hangUp(1)
        network.expectAllOver()
        #expect(network.causes == [[.remoteHangup], [.hangup]])
    }

    @Test func bothSidesTellTheirPeopleTheSteps() {
        let network = CallNetwork.talking()
        let here = network.parties[0].board.calls.keys[0], there = network.parties[1].board.calls.keys[0]
        #expect(
            network.parties[0].history.events == [
                .ringing(here, CallNetwork.peer(1)), .connected(here, CallNetwork.peer(1)),
            ])
        #expect(
            network.parties[1].history.events == [
                .incoming(there, CallNetwork.peer(0)), .connected(there, CallNetwork.peer(0)),
            ])
        #expect(here != there)
    }

    @Test func theJournalHasEachStepOnce() {
        var network = CallNetwork.talking()
        network.run(for: .seconds(8))
        network.hangUp(0)
        let caller = network.parties[0].history, callee = network.parties[1].history
        #expect(caller.stored.map(\.act) == [.invite, .join])
        #expect(callee.stored.map(\.act) == [.join])
        #expect(callee.notes.first?.act == .ring)
        guard case .end(.hangup, let duration)? = caller.notes.last?.act else { return #expect(Bool(false)) }
        #expect(duration > .seconds(8) && duration < .seconds(10))
        #expect(caller.notes.count == 1 && callee.notes.count == 2)
    }

    @Test func setupAndDurationAreCountedFromTheirOwnMoments() {
        var network = CallNetwork.talking()
        network.run(for: .seconds(5))
        network.hangUp(1)
        for summary in network.parties.flatMap(\.history.ended.values) {
            #expect(summary.setup.map { $0 >= .milliseconds(900) && $0 <= .milliseconds(1200) } == true)
            #expect(summary.duration >= .seconds(5) && summary.duration <= .seconds(7))
        }
    }

    @Test func anAnswerThatComesAtOnceConnectsWithoutARing() {
        var network = CallNetwork()
        network.parties[1].answers = true
        network.dial()
        network.run(for: .milliseconds(200))
        network.expectTalking()
        network.expectNoViolation()
    }

    @Test func aCallIsAnsweredOnce() throws {
        var network = CallNetwork.talking()
        let call = network.parties[1].board.calls.keys[0]
        #expect(throws: Switchboard.Refusal.wrongState) { try network.parties[1].board.answer(call) }
        #expect(throws: Switchboard.Refusal.unknownCall) { try network.parties[1].board.answer(CallNetwork.id(9)) }
        #expect(throws: Switchboard.Refusal.wrongState) { try network.parties[1].board.decline(call, at: network.now) }
    }

    @Test func theCallersOwnCallCannotBeAnsweredByTheCaller() {
        var network = CallNetwork.ringing()
        let call = network.parties[0].board.calls.keys[0]
        #expect(throws: Switchboard.Refusal.wrongState) { try network.parties[0].board.answer(call) }
    }
}
