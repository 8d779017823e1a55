import Basics
import Calling
import Testing

extension CallNetwork {
    /// No rule was broken so far.
    func expectNoViolation(_ comment: Comment? = nil, at location: SourceLocation = #_sourceLocation) {
        for party in parties { #expect(party.history.violations == [], comment, sourceLocation: location) }
    }

    /// Everything is over: no call lives, and each that began has ended once.
    func expectAllOver(_ comment: Comment? = nil, at location: SourceLocation = #_sourceLocation) {
        expectNoViolation(comment, at: location)
        for party in parties {
            #expect(party.board.calls.isEmpty, comment, sourceLocation: location)
            #expect(party.history.joined.isEmpty, comment, sourceLocation: location)
            #expect(party.history.begun == Set(party.history.ended.keys), comment, sourceLocation: location)
        }
    }

    /// The first two parties talk to each other, in one call.
    func expectTalking(_ comment: Comment? = nil, at location: SourceLocation = #_sourceLocation) {
        #expect(isTalking(0) && isTalking(1), comment, sourceLocation: location)
        let wires = parties[...1].compactMap(\.board.calls.values.first?.wireID)
        #expect(wires.count == 2 && wires.first == wires.last, comment, sourceLocation: location)
    }

    /// Whether media flows in the one call of `party`.
    func isTalking(_ party: Int) -> Bool {
        guard parties[party].states.count == 1, case .connected = parties[party].states[0] else { return false }
        return parties[party].history.joined.count == 1
    }

    /// The cause with which each of the first two parties' only call ended.
    var causes: [[EndCause]] { parties.map(\.causes) }

    /// The first party calls the second, which rings.
    static func ringing(seed: UInt64 = 1) -> CallNetwork {
        var network = CallNetwork(seed: seed)
        network.dial()
        network.run(for: .seconds(1))
        return network
    }

    /// The first two parties talk.
    static func talking() -> CallNetwork {
        var network = ringing()
        network.put(.answer, on: .person, of: 1)
        network.run(for: .seconds(1))
        return network
    }

    /// `caller` calls `callee` by the wire identifier `wire`.
    mutating func dial(from caller: Int = 0, to callee: Int = 1, wire: UInt8 = 1, after delay: Duration = .zero) {
        let id = Self.id(100 + wire)
        put(.start(id, wire: Self.id(wire), to: [callee]), on: .person, of: caller, after: delay)
    }

    /// `party` hangs up, and all that follows happens.
    mutating func hangUp(_ party: Int) {
        put(.hangUp, on: .person, of: party)
        run(for: .seconds(1))
    }
}
