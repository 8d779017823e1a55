import Mesh
import Testing

@Suite struct PairingTests {
    @Test func bothStoreSayAndAcknowledgeInAnyOrder() {
        var pairing = Pairing()
        let stored = pairing.stored(), heard = pairing.heard(), acknowledged = pairing.acknowledged()
        #expect(stored == [.send(.paired)])
        #expect(heard == [.send(.pairedAcknowledged), .complete])
        #expect(acknowledged == [.burn] && pairing.isComplete)

        pairing = Pairing()
        let heardFirst = pairing.heard(), storedLater = pairing.stored()
        #expect(heardFirst == [.send(.pairedAcknowledged)])
        #expect(storedLater == [.send(.paired), .complete] && pairing.isComplete)
    }

    @Test func nothingIsBurntBeforeOurOwnContactIsStored() {
        var pairing = Pairing()
        let early = pairing.acknowledged(), renewed = pairing.sessionRenewed()
        #expect(early == [] && renewed == [])
        #expect(!pairing.isComplete)
    }

    @Test func whatIsRepeatedCompletesOnce() {
        var pairing = Pairing()
        let actions = [
            pairing.stored(), pairing.stored(), pairing.heard(), pairing.heard(), pairing.sessionRenewed(),
            pairing.heard(), pairing.acknowledged(),
        ].flatMap(\.self)
        #expect(actions.count { $0 == .complete } == 1)
        #expect(actions.count { $0 == .send(.paired) } == 2, "once, and once more on a session made anew")
        #expect(actions.count { $0 == .send(.pairedAcknowledged) } == 3)
    }
}
