import Basics
import Testing

@testable import Transport

@Suite struct KeySlotTests {
    private let alice = Device(1), bob = Device(2)
    private let wire: Wire
    private let ours: SessionID
    private let theirs: SessionID

    init() throws {
        wire = Wire(alice, bob)
        (ours, theirs) = try wire.connect(alice, bob)
    }

    @Test func anUnconfirmedHandshakeDisplacesNothing() throws {
        // Message 2 is lost: bob has keys that alice does not have.
        wire.fate = { packet, _, _ in packet.first == 0xC2 ? [] : [.zero] }
        try alice.initiate(to: bob, resuming: true, at: wire.now)
        wire.run(.seconds(1))
        #expect(bob.endpoint.info(theirs)?.epoch == 0)
        try bob.send([1], on: theirs, at: wire.now)
        try alice.send([2], on: ours, at: wire.now)
        wire.run(.seconds(1))
        #expect(alice.received.map(\.number.epoch) == [0])
        #expect(bob.received.map(\.number.epoch) == [0])
        #expect(bob.outputs.rekeyed.isEmpty)
    }

    @Test func theResponderSealsUnderTheNewKeyOnceItOpenedAPacketOfIt() throws {
        wire.fate = { packet, from, _ in packet.first == 0xC4 && from === self.alice ? [] : [.zero] }
        try alice.initiate(to: bob, resuming: true, at: wire.now)
        wire.run(.seconds(1))
        #expect(alice.outputs.rekeyed == [1])
        try bob.send([1], on: theirs, at: wire.now)
        wire.run(.milliseconds(20))
        #expect(alice.received.last?.number.epoch == 0)
        wire.fate = { _, _, _ in [.zero] }
        try alice.send([2], on: ours, at: wire.now)
        wire.run(.milliseconds(20))
        #expect(bob.outputs.rekeyed == [1])
        try bob.send([3], on: theirs, at: wire.now)
        wire.run(.milliseconds(20))
        #expect(alice.received.last?.number.epoch == 1)
        #expect(bob.outputs.confirmed.count == 1, "a continued session is confirmed once")
    }

    @Test func theKeyBeforeStillOpensAndTheOneBeforeThatDoesNot() throws {
        let (_, late) = try alice.seal([2, 1], on: ours, at: wire.now)
        let (_, later) = try alice.seal([2, 2], on: ours, at: wire.now)
        try alice.rekey(ours, at: wire.now)
        wire.run(.seconds(1))
        #expect(bob.endpoint.info(theirs)?.epoch == 1)
        #expect(bob.receive(late, from: alice, at: wire.now)?.number.epoch == 0)
        try alice.rekey(ours, at: wire.now)
        wire.run(.seconds(1))
        #expect(bob.receive(later, from: alice, at: wire.now) == nil)
        #expect(bob.endpoint.drops[.unknownIndex] == 1)
    }

    @Test func countersBeginAtZeroUnderEachKey() throws {
        let first = try alice.send([1], on: ours, at: wire.now)
        #expect(first == PacketNumber(epoch: 0, counter: 1), "0 confirmed the session")
        try alice.rekey(ours, at: wire.now)
        wire.run(.milliseconds(40))
        let next = try alice.send([1], on: ours, at: wire.now)
        #expect(next == PacketNumber(epoch: 1, counter: 1))
        try bob.send([1], on: theirs, at: wire.now)
        wire.run(.seconds(1))
        #expect(alice.received.last?.number == PacketNumber(epoch: 1, counter: 0))
    }

    @Test func aRekeyOfThePeerShowsThatItHasTheKeyBefore() throws {
        try alice.initiate(to: bob, resuming: true, at: wire.now)
        wire.run(.milliseconds(40))
        #expect(alice.outputs.rekeyed == [1], "and nothing of bob's was heard under it")
        let (_, late) = try bob.seal([2, 1], on: theirs, at: wire.now)
        wire.run(Timing.trial)
        try bob.initiate(to: alice, resuming: true, at: wire.now)
        wire.run(.milliseconds(100))
        #expect(alice.outputs.rekeyed == [1, 2] && alice.outputs.voided.isEmpty)
        #expect(alice.receive(late, from: bob, at: wire.now)?.number.epoch == 1)
    }

    /// What a hostile peer can bring about: it confirms its own handshake after two of ours that it answered. Ours stand
    /// beside it only where its message has the highest hash.
    @Test func ofTwoHandshakesOfOursNeitherCountsWhenThePeerConfirmsItsOwn() throws {
        var count = 0
        for seed in UInt64(0)..<20 {
            let alice = Device(1, seed: seed), bob = Device(2)
            let wire = Wire(alice, bob)
            let (ours, theirs) = try wire.connect(alice, bob)
            try bob.send([0], on: theirs, at: wire.now)
            wire.run(.milliseconds(20))
            wire.fate = { packet, _, _ in packet.first == 0xC4 ? [] : [.zero] }
            try bob.initiate(to: alice, resuming: true, at: wire.now)
            wire.run(.milliseconds(100))
            let (_, own) = try bob.seal([2, 1], on: theirs, at: wire.now)
            for epoch in [UInt32(1), 2] {
                wire.run(Timing.trial)  // before, bob would take it for a crossing
                try alice.initiate(to: bob, resuming: true, at: wire.now)
                wire.run(.milliseconds(100))
                #expect(alice.endpoint.info(ours)?.epoch == epoch)
            }
            guard alice.endpoint.sessions[ours]?.slots.next?.epoch == 1 else { continue }
            count += 1
            #expect(alice.receive(own, from: bob, at: wire.now)?.number.epoch == 1)
            #expect(alice.outputs.voided == [1])
            #expect(alice.endpoint.sessions[ours]?.slots.previous?.epoch == nil)
            #expect(try alice.send([2], on: ours, at: wire.now) == PacketNumber(epoch: 1, counter: 0))
        }
        #expect(count > 0)
    }

    @Test func aRekeyThatIsUnderWayStaysSoWhenAnotherAttemptEnds() throws {
        bob.policy = .ignore
        try alice.rekey(ours, at: wire.now)
        let other = try alice.initiate(to: bob, at: wire.now)
        alice.endpoint.cancel(other, at: wire.now)
        alice.drain(at: wire.now)
        #expect(alice.endpoint.attempts.keys.count == 1)
        #expect(alice.endpoint.sessions[ours]?.rekeying != Session.Rekeying.none)
    }

    @Test func anOldKeyIsRefusedBeforeAnyTimeoutWipesIt() throws {
        let (_, packet) = try alice.seal([2, 1], on: ours, at: wire.now)
        let late = wire.now + Timing.rejectAfter
        #expect(bob.receive(packet, from: alice, at: late) == nil)
        #expect(bob.endpoint.drops[.keyExpired] == 1)
        #expect(throws: SealError.noKey) { try alice.seal([2, 1], on: ours, at: late) }
    }

    @Test func aSecondHandshakeOfThePeerTakesThePlaceOfItsFirst() throws {
        wire.fate = { packet, _, _ in packet.first == 0xC2 ? [] : [.zero] }
        let attempt = try alice.initiate(to: bob, resuming: true, at: wire.now)
        wire.run(.milliseconds(100))
        alice.endpoint.cancel(attempt, at: wire.now)
        alice.drain(at: wire.now)
        wire.fate = { _, _, _ in [.zero] }
        try alice.initiate(to: bob, resuming: true, at: wire.now)
        wire.run(.seconds(1))
        #expect(alice.outputs.rekeyed == [1] && bob.outputs.rekeyed == [1])
    }
}
