import Basics
import Testing

@testable import Transport

@Suite struct IdleTests {
    private let alice = Device(1), bob = Device(2)
    private let wire: Wire
    private let ours: SessionID
    private let theirs: SessionID

    init() throws {
        wire = Wire(alice, bob)
        (ours, theirs) = try wire.connect(alice, bob)
    }

    @Test func aSessionEnds120SecondsAfterItsLastUse() throws {
        wire.run(.seconds(100))
        try alice.send([1], on: ours, at: wire.now)
        wire.run(.seconds(119))
        #expect(alice.outputs.closed.isEmpty && bob.outputs.closed.isEmpty)
        wire.run(.seconds(2))
        #expect(alice.outputs.closed == [.idle] && bob.outputs.closed == [.idle])
    }

    @Test("padding, receipts and path packets are no use", arguments: [UInt8(0), 1, 4])
    func upkeepIsNoUse(first: UInt8) throws {
        for _ in 0..<23 {
            wire.run(.seconds(5))
            let (_, packet) = try alice.seal([first, 0], on: ours, at: wire.now)
            bob.receive(packet, from: alice, at: wire.now)
        }
        wire.run(.seconds(5))
        #expect(alice.outputs.closed == [.idle] && bob.outputs.closed == [.idle])
    }

    @Test func beingHeardIsUseToo() throws {
        for _ in 0..<30 {
            wire.run(.seconds(10))
            try alice.send([1], on: ours, at: wire.now)
        }
        wire.run(.seconds(1))
        #expect(bob.outputs.closed.isEmpty)
    }

    @Test func aRegisteredSessionStaysWithPaddingAndLazyKeys() throws {
        alice.endpoint.setRegistered(true, ours, at: wire.now)
        bob.endpoint.setRegistered(true, theirs, at: wire.now)
        try bob.send([1], on: theirs, at: wire.now)
        wire.run(.seconds(1))
        alice.forgetOutputs()
        wire.run(.seconds(163))
        #expect((5...7).contains(alice.outputs.padding.count), "each 25 s")
        #expect(alice.outputs.rekeyed.isEmpty)
        wire.run(.seconds(2))
        #expect(alice.outputs.rekeyed == [1])
        wire.run(.seconds(2_000))
        #expect(alice.outputs.closed.isEmpty && bob.outputs.closed.isEmpty)
    }

    @Test func dataThatWaitsMakesARegisteredSessionRekeyAt120Seconds() throws {
        alice.endpoint.setRegistered(true, ours, at: wire.now)
        bob.endpoint.setRegistered(true, theirs, at: wire.now)
        wire.run(.seconds(125))
        #expect(alice.outputs.rekeyed.isEmpty)
        try alice.send([1], on: ours, at: wire.now)
        wire.run(.seconds(1))
        #expect(alice.outputs.rekeyed == [1])
    }

    @Test func aRegisteredSessionWhosePeerIsGoneAsksForAHandshakeAndEndsInTheEnd() throws {
        alice.endpoint.setRegistered(true, ours, at: wire.now)
        wire.fate = { _, _, _ in [] }
        bob.policy = .ignore
        wire.run(.seconds(300))
        #expect(alice.outputs.rekeyDue.last == .outside)
        wire.run(.seconds(400))
        #expect(alice.outputs.closed == [.idle])
        #expect(alice.deadline == .distantFuture)
    }

    @Test func everyWaitIsInTheFuture() throws {
        alice.endpoint.setRegistered(true, ours, at: wire.now)
        for _ in 0..<2_000 {
            wire.run(.milliseconds(500))
            #expect(alice.deadline > wire.now && bob.deadline > wire.now)
        }
    }

    @Test func aTimeoutThatComesTooEarlyDoesNothing() throws {
        alice.forgetOutputs()
        let deadline = alice.deadline
        for _ in 0..<10 { alice.timeout(at: wire.now) }
        #expect(alice.outputs.isEmpty && alice.deadline == deadline)
    }
}
