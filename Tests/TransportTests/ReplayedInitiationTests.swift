import Basics
import Testing

@testable import Transport

@Suite struct ReplayedInitiationTests {
    private let alice = Device(1), bob = Device(2), mallory = Device(3)

    private func recorded(on wire: Wire) throws -> [UInt8] {
        try wire.log(of: .initiation).first.orThrow().packet
    }

    @Test func aReplayGetsTheCachedAnswerAndDisturbsNothing() throws {
        let wire = Wire(alice, bob, mallory)
        let (session, _) = try wire.connect(alice, bob)
        let replay = try recorded(on: wire)
        for _ in 0..<5 {
            wire.inject(replay, from: mallory, to: bob)
            wire.run(.seconds(1))
        }
        #expect(bob.tokens.count == 1)
        #expect(bob.outputs.confirmed.count == 1)
        #expect(Set(wire.log(of: .response).map(\.packet)).count == 1)
        try alice.send([7], on: session, at: wire.now)
        wire.run(.seconds(1))
        #expect(bob.received.map(\.text) == [[7]])
    }

    /// Whoever is blocked, and has kept its message 1, must not learn from it that we are here.
    @Test(arguments: [false, true]) func afterTheEndOfTheSessionThereIsSilence(hasNewKeys: Bool) throws {
        let wire = Wire(alice, bob, mallory)
        _ = try wire.connect(alice, bob)
        let replay = try recorded(on: wire)
        if hasNewKeys {
            for _ in 0..<3 {
                try alice.initiate(to: bob, resuming: true, at: wire.now)
                wire.run(.seconds(5))
            }
        }
        bob.endpoint.close(try bob.session(with: alice).orThrow(), at: wire.now)
        let before = wire.log(of: .response).count
        wire.inject(replay, from: mallory, to: bob)
        wire.run(.seconds(1))
        #expect(wire.log(of: .response).count == before)
        #expect(bob.endpoint.drops[.duplicate] == 1)
    }

    @Test func whatTheNodeIgnoredStaysInSilence() throws {
        let wire = Wire(alice, bob)
        bob.policy = .ignore
        try alice.initiate(to: bob, at: wire.now)
        wire.run(.seconds(20))
        #expect(bob.tokens.count == 1)
        #expect(wire.log(of: .response).isEmpty)
        #expect(bob.endpoint.drops[.duplicate] > 5)
    }

    @Test func retriesAreSilentWhileTheNodeDecides() throws {
        let wire = Wire(alice, bob)
        bob.policy = .wait
        try alice.initiate(to: bob, at: wire.now)
        wire.run(.seconds(1))
        #expect(bob.tokens.count == 1)
        try bob.respond(to: bob.tokens[0], at: wire.now)
        wire.run(.seconds(5))
        #expect(alice.outputs.established.count == 1)
    }

    @Test func aDecisionThatComesTooLateIsRefused() throws {
        let wire = Wire(alice, bob)
        bob.policy = .wait
        try alice.initiate(to: bob, at: wire.now)
        wire.run(Timing.decision + .seconds(1))
        #expect(throws: HandshakeError.unknownInitiation) { try bob.respond(to: bob.tokens[0], at: wire.now) }
    }

    @Test func aReplayAfterTenMinutesCannotConfirm() throws {
        let wire = Wire(alice, bob, mallory)
        let (session, _) = try wire.connect(alice, bob)
        alice.endpoint.setRegistered(true, session, at: wire.now)
        bob.endpoint.setRegistered(true, try bob.session(with: alice).orThrow(), at: wire.now)
        (alice.outbox, bob.outbox) = ([], [])
        alice.timeout(at: wire.now)
        bob.timeout(at: wire.now)
        let replay = try recorded(on: wire)
        wire.run(Timing.messageMemory + .seconds(1))
        bob.isFresh = false
        wire.inject(replay, from: mallory, to: bob)
        wire.run(.seconds(100))
        #expect(bob.tokens.count >= 2)
        #expect(bob.outputs.confirmed.count == 1)
        #expect(bob.outputs.closed.count == 1)
        #expect(bob.endpoint.sessions.keys.count == 1)
        try alice.send([7], on: session, at: wire.now)
        wire.run(.seconds(1))
        #expect(bob.received.map(\.text) == [[7]])
    }

    @Test func ourOwnMessage1IsDroppedWhenItComesBack() throws {
        let wire = Wire(alice, bob)
        wire.fate = { _, _, _ in [] }
        try alice.initiate(to: bob, at: wire.now)
        wire.run(.milliseconds(1))
        wire.inject(try recorded(on: wire), from: bob, to: alice)
        wire.run(.milliseconds(1))
        #expect(alice.endpoint.drops[.wrongMAC] == 1)
    }

    @Test func theMemoryIsBoundedAndForgetsTheOldest() {
        var memory = MessageMemory(capacity: 3)
        let hashes = (0..<4).map { Bytes32([UInt8](repeating: $0, count: 32)) ?? .zero }
        for hash in hashes { memory.remember(hash, at: .zero) }
        memory.keep([1], to: hashes[3])
        #expect(memory.recall(hashes[0], at: .zero) == .unknown)
        #expect(memory.recall(hashes[1], at: .zero) == .seen)
        #expect(memory.recall(hashes[3], at: .zero) == .answered([1]))
        memory.withdrawAnswer(to: hashes[3])
        #expect(memory.recall(hashes[3], at: .zero) == .seen)
        #expect(memory.recall(hashes[3], at: .zero + Timing.messageMemory) == .unknown)
    }
}
