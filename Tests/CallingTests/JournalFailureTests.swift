import Basics
import Calling
import Testing

/// What grants waits for the journal and fails closed; what withdraws does not wait (SECURITY, "Record before act").
@Suite struct JournalFailureTests {
    @Test func withoutAnEntryNobodyIsCalled() {
        var network = CallNetwork()
        network.parties[0].journalTakes = { $0 != .invite }
        network.dial()
        network.run(for: .seconds(60))
        network.expectAllOver()
        #expect(network.causes == [[.journalFailed], []])
        #expect(network.parties[0].history.sent.isEmpty)
    }

    @Test func withoutAnEntryTheCalleeDoesNotAnswer() {
        var network = CallNetwork.ringing()
        network.parties[1].journalTakes = { $0 != .join }
        network.put(.answer, on: .person, of: 1)
        network.run(for: .seconds(1))
        network.expectAllOver()
        #expect(network.causes == [[.journalFailed], [.journalFailed]])
        #expect(network.parties.allSatisfy { $0.history.joinCount == 0 })
    }

    @Test func withoutAnEntryTheCallerDoesNotJoin() {
        var network = CallNetwork.ringing()
        network.parties[0].journalTakes = { $0 != .join }
        network.put(.answer, on: .person, of: 1)
        network.run(for: .seconds(1))
        network.expectAllOver()
        #expect(network.causes == [[.journalFailed], [.journalFailed]])
        #expect(network.parties[0].history.joinCount == 0)
    }

    @Test func aSlowJournalHoldsMediaBackOnItsSideAlone() {
        var network = CallNetwork.ringing()
        network.journalDelay = .seconds(3)
        network.put(.answer, on: .person, of: 1)
        network.run(for: .seconds(2))
        #expect(!network.isTalking(0) && !network.isTalking(1))
        network.run(for: .milliseconds(1_015))
        #expect(!network.isTalking(0) && network.isTalking(1))
        network.run(for: .seconds(4))
        network.expectTalking()
        network.expectNoViolation()
    }

    @Test func hangingUpDoesNotWaitForTheJournal() {
        var network = CallNetwork.ringing()
        network.journalDelay = .seconds(3600)
        network.put(.answer, on: .person, of: 1)
        network.run(for: .seconds(1))
        network.hangUp(1)
        #expect(network.causes == [[.declined], [.hangup]])
        #expect(network.parties.allSatisfy { $0.board.calls.isEmpty })
        network.run(for: .seconds(7200))
        network.expectAllOver()
    }

    @Test func anAnswerFromTheJournalAfterTheEndStartsNothing() {
        var network = CallNetwork.ringing()
        network.journalDelay = .seconds(5)
        network.put(.answer, on: .person, of: 1)
        network.put(.hangUp, on: .person, of: 0, after: .seconds(1))
        network.run(for: .seconds(60))
        network.expectAllOver()
        #expect(network.parties.allSatisfy { $0.history.joinCount == 0 })
        #expect(network.causes == [[.cancelled], [.missed]])
    }
}
