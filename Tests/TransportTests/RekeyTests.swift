import Basics
import Noise
import TestSupport
import Testing

@testable import Transport

@Suite struct RekeyTests {
    private let alice = Device(1), bob = Device(2)
    private let wire: Wire

    init() { wire = Wire(alice, bob) }

    /// Both sides talk every 100 ms; gives back what each said.
    private func talk(_ duration: Duration, _ ours: SessionID, _ theirs: SessionID) throws -> (Int, Int) {
        var (asked, answered) = (0, 0)
        let end = wire.now + duration
        while wire.now < end {
            try alice.send(text(asked), on: ours, at: wire.now)
            try bob.send(text(answered), on: theirs, at: wire.now)
            (asked, answered) = (asked + 1, answered + 1)
            wire.run(.milliseconds(100))
        }
        return (asked, answered)
    }

    private func text(_ number: Int) -> [UInt8] { [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: number >> $0) } }

    @Test func theInitiatorMakesANewKeyEvery120SecondsAndTheBindingStays() throws {
        let (ours, theirs) = try wire.connect(alice, bob)
        let binding = alice.endpoint.callBinding(of: ours, call: [1].rawSpan)
        _ = try talk(.seconds(500), ours, theirs)
        #expect(alice.outputs.rekeyed == [1, 2, 3, 4])
        #expect(bob.outputs.rekeyed == [1, 2, 3, 4])
        #expect(bob.outputs.rekeyDue.isEmpty)
        #expect(alice.endpoint.info(ours)?.epoch == 4 && bob.endpoint.info(theirs)?.epoch == 4)
        let later = alice.endpoint.callBinding(of: ours, call: [1].rawSpan)
        #expect(later == binding && binding != nil)
        #expect(alice.outputs.established.allSatisfy { $0.session == ours })
        #expect(alice.outputs.closed.isEmpty && bob.outputs.closed.isEmpty)
    }

    @Test("no packet is lost through rekeys under reordering", arguments: UInt64(0)..<4)
    func noPacketIsLostUnderReordering(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let (ours, theirs) = try wire.connect(alice, bob)
        wire.fate = { _, _, _ in [.milliseconds(Int.random(in: 0...1_500, using: &random))] }
        let (asked, answered) = try talk(.seconds(400), ours, theirs)
        wire.run(.seconds(5))
        #expect(alice.outputs.rekeyed.count >= 3)
        #expect(bob.received.count == asked && Set(bob.received.map(\.text)).count == asked)
        #expect(alice.received.count == answered && Set(alice.received.map(\.text)).count == answered)
    }

    @Test("only what the network lost is missing", arguments: UInt64(0)..<4)
    func onlyWhatTheNetworkLostIsMissing(seed: UInt64) throws {
        var random = SplitMix(seed: seed), lost = 0
        let (ours, theirs) = try wire.connect(alice, bob)
        wire.fate = { packet, _, _ in
            guard Int.random(in: 0..<5, using: &random) == 0 else {
                return [.milliseconds(Int.random(in: 0...300, using: &random))]
            }
            if packet.count == 29 { lost += 1 }
            return []
        }
        let (asked, answered) = try talk(.seconds(400), ours, theirs)
        wire.run(.seconds(5))
        #expect(alice.outputs.rekeyed.count >= 3)
        #expect(alice.received.count + bob.received.count + lost == asked + answered)
    }

    @Test func aKeyIsRefusedAfter180Seconds() throws {
        alice.rekeysAlone = false
        let (ours, theirs) = try wire.connect(alice, bob)
        _ = try talk(.seconds(179), ours, theirs)
        #expect(alice.outputs.rekeyDue == [.inside])
        let (_, packet) = try bob.seal([2, 1], on: theirs, at: wire.now)
        wire.run(.seconds(2))
        #expect(throws: SealError.noKey) { try alice.send([1], on: ours, at: wire.now) }
        #expect(throws: SealError.noKey) { try bob.send([1], on: theirs, at: wire.now) }
        #expect(alice.receive(packet, from: bob, at: wire.now) == nil)
        #expect(bob.outputs.rekeyDue == [.outside], "data waits, and said once")
    }

    @Test func ofTwoCrossedRekeysTheOneOfTheChainsInitiatorStands() throws {
        let (ours, theirs) = try wire.connect(alice, bob)
        try bob.rekey(theirs, at: wire.now)
        try alice.rekey(ours, at: wire.now)
        wire.run(.seconds(1))
        #expect(bob.outputs.ended == [.crossed(by: theirs)])
        #expect(alice.endpoint.drops[.crossed] == 1)
        #expect(alice.outputs.rekeyed == [1] && bob.outputs.rekeyed == [1])
        _ = try talk(.seconds(1), ours, theirs)
    }

    @Test func theOtherSideMayRekeyToo() throws {
        let (ours, theirs) = try wire.connect(alice, bob)
        try bob.rekey(theirs, at: wire.now)
        wire.run(.seconds(1))
        #expect(alice.outputs.rekeyed == [1] && bob.outputs.rekeyed == [1])
        #expect(alice.endpoint.info(ours)?.role == .initiator)
    }

    @Test func rekeyBytesOfAnotherDeviceAreRefused() throws {
        let carol = Device(3)
        let other = Wire(alice, bob, carol)
        let (_, theirs) = try other.connect(alice, bob)
        try other.connect(carol, bob)
        let session = try carol.session(with: bob).orThrow()
        try carol.rekey(session, at: other.now)
        let bytes = carol.outputs.compactMap { if case .carry(_, let bytes) = $0 { bytes } else { nil } }
        let stolen = try bytes.first.orThrow()
        bob.endpoint.handle(stolen.rawSpan, from: .session(theirs), at: other.now, using: &bob.random)
        bob.drain(at: other.now)
        #expect(bob.endpoint.drops[.wrongPeer] == 1)
        #expect(bob.outputs.rekeyed.isEmpty)
    }

    @Test func aRekeyThatDoesNotContinueTheChainIsRefused() throws {
        let (ours, theirs) = try wire.connect(alice, bob)
        bob.policy = .wait
        try alice.rekey(ours, at: wire.now)
        wire.run(.milliseconds(20))
        let initiation = try bob.tokens.last.orThrow()
        #expect(initiation.route == .session(theirs))
        #expect(throws: HandshakeError.notAContinuation) {
            try bob.endpoint.respond(
                to: initiation.token, payload: [], sharing: SharedSecrets(), resuming: nil, isFresh: true, at: wire.now,
                using: &bob.random)
        }
    }

    @Test func aRekeyThatIsNotAnsweredEndsAndIsDueAgain() throws {
        let (ours, theirs) = try wire.connect(alice, bob)
        bob.policy = .ignore
        alice.rekeysAlone = false
        _ = try talk(.seconds(121), ours, theirs)
        #expect(alice.outputs.rekeyDue == [.inside])
        try alice.rekey(ours, at: wire.now)
        _ = try talk(.seconds(50), ours, theirs)
        wire.run(.seconds(20))
        #expect(alice.outputs.ended == [.timedOut], "it ends with the key that carried it")
        #expect(throws: SealError.noKey) { try alice.send([1], on: ours, at: wire.now) }
        #expect(alice.outputs.rekeyDue == [.inside, .outside])
    }

    @Test func aWornKeyIsReplacedByEitherSideAndAUsedUpOneSealsNoMore() {
        var random = alice.random
        var counter = SendingCounter(next: Timing.rejectAfterPackets - 1)
        #expect(counter.take(using: &random) != nil)
        #expect(counter.take(using: &random) == nil)
        #expect(Timing.rejectAfterPackets <= 1 << 32)
        #expect(Timing.rekeyAfterPackets == 1 << 31)
    }
}
