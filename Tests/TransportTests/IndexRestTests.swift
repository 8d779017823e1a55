import Basics
import Crypto
import Testing

@testable import Transport

@Suite struct IndexRestTests {
    private var random = SeededRandom(seed: 1)
    private let owner = IndexTable.Owner.session(SessionID(slot: 0, generation: 0))

    @Test mutating func anIndexRests180SecondsBeforeItIsGivenAgain() throws {
        var table = IndexTable(capacity: 2)
        let index = try #require(table.free(at: .zero, using: &random))
        table.give(index, to: owner)
        table.release(index, at: .zero)
        #expect(table[index] == .resting)
        let other = try #require(table.free(at: .zero, using: &random))
        table.give(other, to: owner)
        #expect(table.free(at: .zero + .seconds(179), using: &random) == nil, "there is room for two")
        #expect(table.free(at: .zero + .seconds(180), using: &random) != nil)
        #expect(table[index] == nil)
    }

    @Test mutating func noIndexIsGivenTwice() throws {
        var table = IndexTable(capacity: 2_000), given: Set<SessionIndex> = []
        for _ in 0..<2_000 {
            let index = try #require(table.free(at: .zero, using: &random))
            table.give(index, to: owner)
            #expect(given.insert(index).inserted)
            #expect(index.rawValue != 0 && index.rawValue < 1 << 24)
        }
        #expect(table.free(at: .zero, using: &random) == nil)
    }

    @Test func packetsOfAnOldKeyMeetNoNewOne() throws {
        let alice = Device(1), bob = Device(2)
        let wire = Wire(alice, bob)
        let (ours, theirs) = try wire.connect(alice, bob)
        let (_, late) = try alice.seal([2, 1], on: ours, at: wire.now)
        bob.endpoint.close(theirs, at: wire.now)
        bob.drain(at: wire.now)
        #expect(bob.receive(late, from: alice, at: wire.now) == nil)
        #expect(bob.endpoint.drops[.unknownIndex] == 1)
    }
}
