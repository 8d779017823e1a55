import Basics
import Testing

@testable import Transport

@Suite struct ContinuationTests {
    private let alice = Device(1), bob = Device(2)
    private let wire: Wire
    private let ours: SessionID
    private let theirs: SessionID
    private let media = PermitGrant(decidedByTrust: .media, scope: .call(7), direction: .sending)

    init() throws {
        wire = Wire(alice, bob)
        (alice.pairing, bob.pairing) = (1, 1)
        (ours, theirs) = try wire.connect(alice, bob)
    }

    private func hash(_ device: Device, _ session: SessionID) -> Bytes32? {
        device.endpoint.info(session)?.firstHandshakeHash
    }

    @Test func afterSleepTheSessionTheChainAndThePermitsGoOn() throws {
        try alice.endpoint.open(media, on: ours)
        let before = hash(alice, ours)
        wire.run(.seconds(300) - .seconds(200))
        alice.endpoint.dropKeys(at: wire.now + .seconds(300))
        alice.drain(at: wire.now)
        #expect(throws: SealError.noKey) { try alice.send([1], on: ours, at: wire.now) }
        #expect(alice.outputs.rekeyDue == [.outside])
        try alice.initiate(to: bob, resuming: true, at: wire.now)
        wire.run(.seconds(1))
        #expect(alice.session(with: bob) == ours && bob.session(with: alice) == theirs)
        #expect(alice.outputs.established.last?.isContinuation == true)
        #expect(hash(alice, ours) == before && before != nil)
        #expect(alice.endpoint.permits(in: .call(7), .sending, on: ours).contains(.media))
        try alice.send([1], on: ours, at: wire.now)
        wire.run(.seconds(1))
        #expect(bob.received.map(\.text) == [[1]])
    }

    @Test func whatContinuesTheChainIsForgottenTenMinutesAfterTheLastUse() throws {
        alice.endpoint.dropKeys(at: wire.now)
        alice.drain(at: wire.now)
        wire.run(.seconds(590))
        #expect(alice.endpoint.resumption(with: bob.key) != nil)
        wire.run(.seconds(20))
        #expect(alice.endpoint.resumption(with: bob.key) == nil)
        #expect(alice.outputs.closed == [.idle])
    }

    @Test func anIdleSessionEndsButItsChainCanBeTakenUpAgain() throws {
        let before = hash(alice, ours)
        wire.run(.seconds(130))
        #expect(alice.outputs.closed == [.idle] && bob.outputs.closed == [.idle])
        #expect(alice.session(with: bob) == nil)
        try alice.initiate(to: bob, resuming: true, at: wire.now)
        wire.run(.seconds(1))
        let again = try alice.session(with: bob).orThrow()
        #expect(again != ours)
        #expect(alice.outputs.established.last?.isContinuation == true)
        #expect(hash(alice, again) == before)
        #expect(alice.endpoint.info(again)?.epoch == 1)
        let other = try bob.session(with: alice).orThrow()
        #expect(hash(bob, other) == before)
        let isPairedAnew = bob.endpoint.takePairingSecret(of: other) != nil
        #expect(!isPairedAnew)
    }

    @Test func afterTenMinutesTheChainIsOver() throws {
        let before = hash(alice, ours)
        wire.run(.seconds(130))
        wire.run(.seconds(600))
        #expect(alice.endpoint.resumption(with: bob.key) == nil)
        try alice.initiate(to: bob, resuming: true, at: wire.now)
        wire.run(.seconds(1))
        let again = try alice.session(with: bob).orThrow()
        #expect(hash(alice, again) != before)
    }

    @Test func whoForgotTheChainBeginsANewOneAndBothSidesKnow() throws {
        let before = hash(alice, ours)
        bob.endpoint.forgetAll(at: wire.now)
        bob.drain(at: wire.now)
        try alice.initiate(to: bob, resuming: true, at: wire.now)
        wire.run(.seconds(1))
        #expect(alice.outputs.established.last?.isContinuation == false)
        let (left, right) = (try alice.session(with: bob).orThrow(), try bob.session(with: alice).orThrow())
        #expect(left != ours)
        #expect(alice.outputs.closed == [.superseded(by: left)])
        #expect(hash(alice, left) == hash(bob, right) && hash(alice, left) != before)
    }

    @Test func permitsDoNotOutliveTheSession() throws {
        try alice.endpoint.open(media, on: ours)
        bob.endpoint.forgetAll(at: wire.now)
        try alice.initiate(to: bob, resuming: true, at: wire.now)
        wire.run(.seconds(1))
        let new = try alice.session(with: bob).orThrow()
        #expect(alice.endpoint.permits(in: .call(7), .sending, on: new) == .control)
    }

    @Test func aTagOfAnotherDeviceContinuesNothing() throws {
        let carol = Device(3)
        let other = Wire(alice, bob, carol)
        let tag = try alice.endpoint.resumption(with: bob.key).orThrow()
        #expect(alice.endpoint.link(tag, with: carol.key) == nil)
        #expect(alice.endpoint.link(tag, with: bob.key) != nil)
        _ = other
    }

    @Test func aPeerThatLostEverythingReplacesItsOldSession() throws {
        let reborn = Device(1, seed: 1)
        let other = Wire(reborn, bob)
        reborn.pairing = 1
        other.run(.seconds(10))
        try reborn.initiate(to: bob, at: other.now)
        other.run(.seconds(1))
        let new = try bob.session(with: reborn).orThrow()
        #expect(new != theirs)
        #expect(bob.outputs.closed == [.superseded(by: new)])
        #expect(bob.outputs.confirmed.count == 2)
    }
}
