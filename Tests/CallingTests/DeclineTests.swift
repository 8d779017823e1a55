import Calling
import Testing

@Suite struct DeclineTests {
    @Test func aDeclinedCallEndsOnBothSides() {
        var network = CallNetwork.ringing()
        network.put(.decline, on: .person, of: 1)
        network.run(for: .seconds(1))
        network.expectAllOver()
        #expect(network.causes == [[.declined], [.declined]])
        #expect(network.parties.map(\.history.joinCount) == [0, 0])
    }

    @Test func hangingUpOnARingingCallDeclinesIt() {
        var network = CallNetwork.ringing()
        network.hangUp(1)
        network.expectAllOver()
        #expect(network.causes == [[.declined], [.declined]])
    }

    @Test func aDeclineThatCrossesTheCallersCancelEndsBothOnce() {
        var network = CallNetwork.ringing()
        network.put(.decline, on: .person, of: 1)
        network.put(.hangUp, on: .person, of: 0)
        network.run(for: .seconds(1))
        network.expectAllOver()
        #expect(network.causes == [[.cancelled], [.declined]])
    }
}
