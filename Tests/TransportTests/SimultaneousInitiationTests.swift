import Basics
import Noise
import TestSupport
import Testing

@testable import Transport

@Suite struct SimultaneousInitiationTests {
    /// Two devices that call each other at the same time; `first` has the lower hash, so its message 1 wins.
    private struct Crossing {
        let wire: Wire
        let first: Device
        let second: Device

        /// The second of them calls `gap` later, unless the first got through.
        init(seed: UInt8, gap: Duration = .zero, fate: (([UInt8], Device, Device) -> [Duration])? = nil) throws {
            let one = Device(2 * seed + 1), other = Device(2 * seed + 2)
            wire = Wire(one, other)
            if let fate { wire.fate = fate }
            try one.initiate(to: other, at: wire.now)
            if gap > .zero { wire.run(gap) }
            if other.session(with: one) == nil { try other.initiate(to: one, at: wire.now) }
            let isInOrder = (Self.hash(of: one) ?? .zero) < (Self.hash(of: other) ?? .zero)
            (first, second) = isInOrder ? (one, other) : (other, one)
        }

        private static func hash(of device: Device) -> Bytes32? {
            device.endpoint.attempts.keys.first.flatMap { device.endpoint.attempts[$0]?.hash }
        }

        /// Both have exactly one session, it is the same, and both can be heard through it.
        func expectAgreement(_ comment: Comment? = nil) throws {
            let (left, right) = (try first.session(with: second).orThrow(), try second.session(with: first).orThrow())
            let infos = (try first.endpoint.info(left).orThrow(), try second.endpoint.info(right).orThrow())
            #expect(infos.0.firstHandshakeHash == infos.1.firstHandshakeHash, comment)
            #expect(infos.0.role != infos.1.role, comment)
            #expect([first, second].map(\.confirmedSessions.count) == [1, 1], comment)
            let attempts = first.endpoint.attempts.keys.count + second.endpoint.attempts.keys.count
            #expect(attempts == 0, comment)
            try first.send([1], on: left, at: wire.now)
            try second.send([2], on: right, at: wire.now)
            wire.run(.seconds(5))
            #expect(second.received.last?.text == [1] && first.received.last?.text == [2], comment)
        }
    }

    @Test("the lower hash wins and fixes the roles", arguments: UInt8(0)..<16)
    func theLowerHashWins(seed: UInt8) throws {
        let crossing = try Crossing(seed: seed)
        crossing.wire.run(.milliseconds(100))
        let session = try crossing.first.session(with: crossing.second).orThrow()
        let info = try crossing.first.endpoint.info(session).orThrow()
        #expect(info.role == .initiator)
        #expect(crossing.second.outputs.ended.count == 1)
        #expect(crossing.second.outputs.established.isEmpty)
        try crossing.expectAgreement()
    }

    @Test("the loser is answered when the winner's message does not arrive", arguments: UInt8(0)..<8)
    func theLoserIsAnsweredAfterASecond(seed: UInt8) throws {
        var winner: Device?
        let crossing = try Crossing(seed: seed) { packet, from, _ in
            packet.first == 0xC1 && from === winner ? [] : [.zero]
        }
        winner = crossing.first
        let wire = crossing.wire
        wire.run(.milliseconds(990))
        #expect(crossing.first.tokens.isEmpty)
        wire.run(.milliseconds(100))
        #expect(crossing.first.tokens.count == 1)
        #expect(crossing.second.outputs.established.count == 1)
        #expect(crossing.first.outputs.confirmed.count == 1)
        try crossing.expectAgreement()
    }

    @Test("whatever the delays, both sides end with one and the same session", arguments: UInt64(0)..<60)
    func bothSidesAgreeWhateverTheDelays(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let gap = Duration.milliseconds(Int.random(in: 0...1_500, using: &random))
        let loss = Double.random(in: 0...0.4, using: &random), spread = Int.random(in: 1...2_500, using: &random)
        let crossing = try Crossing(seed: UInt8(seed), gap: gap) { _, _, _ in
            let isLost = Double.random(in: 0...1, using: &random) < loss
            let isDoubled = Int.random(in: 0..<8, using: &random) == 0
            let delays = (0..<(isDoubled ? 2 : 1)).map { _ in
                Duration.milliseconds(Int.random(in: 0...spread, using: &random))
            }
            return isLost ? [] : delays
        }
        crossing.wire.run(.seconds(20))
        crossing.wire.fate = { _, _, _ in [.zero] }
        crossing.wire.run(.seconds(20))
        try crossing.expectAgreement("seed \(seed)")
    }

    @Test func aMessage1ThatComesWhileOursIsOnTrialWaits() throws {
        let alice = Device(1), bob = Device(2), otherBob = Device(2, seed: 1)
        let wire = Wire(alice, bob)
        wire.fate = { packet, _, _ in packet.first == 0xC4 ? [] : [.zero] }
        try alice.initiate(to: bob, at: wire.now)
        wire.run(.milliseconds(100))
        #expect(alice.outputs.established.count == 1)
        let late = try otherBob.endpoint.initiate(
            to: alice.key, payload: [UInt8](repeating: 0, count: Endpoint.initiationPayloadByteCount),
            sharing: SharedSecrets(), at: .zero, using: &otherBob.random)
        let packet = try otherBob.endpoint.initiation(late, on: alice.route).orThrow()
        alice.receive(packet, from: bob, at: wire.now)
        #expect(alice.tokens.isEmpty)
        #expect(alice.endpoint.drops[.crossed] == 1)
        wire.run(Timing.trial)
        alice.receive(packet, from: bob, at: wire.now)
        #expect(alice.tokens.count == 1)
    }

    /// Both continue their chain at the same time, and everything is late: each has keys of both handshakes.
    @Test func ofTwoContinuationsTheOneThatTheLoserTookUpStands() throws {
        let one = Device(1), other = Device(2)
        let wire = Wire(one, other)
        try wire.connect(one, other)
        try other.send([0], on: other.session(with: one).orThrow(), at: wire.now)
        wire.run(.milliseconds(20))
        for (device, peer) in [(one, other), (other, one)] {
            try device.initiate(to: peer, resuming: true, at: wire.now)
        }
        let hashes = [one, other].compactMap { device in
            device.endpoint.attempts.keys.first.flatMap { device.endpoint.attempts[$0]?.hash }
        }
        let (winner, loser) = hashes[0] < hashes[1] ? (one, other) : (other, one)
        let (_, late) = try loser.seal([2, 3], on: loser.session(with: winner).orThrow(), at: wire.now)
        var answers: [[UInt8]] = []  // the loser's to the winner, then the winner's to the loser
        wire.fate = { packet, _, _ in
            if packet.first == 0xC2, !answers.contains(packet) { answers.append(packet) }
            return packet.first == 0xC1 ? [.zero] : []
        }
        wire.run(.milliseconds(1_100))
        #expect(answers.count == 2)
        winner.receive(answers[0], from: loser, at: wire.now)
        #expect(winner.outputs.rekeyed == [1], "its own is on trial, the other is kept")
        loser.receive(answers[1], from: winner, at: wire.now)
        let session = try loser.session(with: winner).orThrow()
        #expect(loser.endpoint.sessions[session]?.slots.next?.epoch == nil, "the loser chose")
        wire.fate = { _, _, _ in [.zero] }
        wire.run(.seconds(2))
        #expect(winner.outputs.voided == [1])
        #expect(winner.outputs.rekeyed == [1, 1] && loser.outputs.rekeyed == [1])
        try winner.send([1], on: winner.session(with: loser).orThrow(), at: wire.now)
        try loser.send([2], on: session, at: wire.now)
        wire.run(.seconds(1))
        #expect(loser.received.last?.text == [1] && winner.received.last?.text == [2])
        let opened = winner.receive(late, from: loser, at: wire.now)
        #expect(opened?.number.epoch == 0, "the key before both still opens")
    }

    @Test func aNodeThatCancelsItsAttemptSeesThePeersAtOnce() throws {
        let crossing = try Crossing(seed: 1) { packet, _, _ in packet.first == 0xC1 ? [.zero] : [] }
        let wire = crossing.wire
        wire.run(.milliseconds(200))
        #expect(crossing.first.tokens.isEmpty)
        let attempt = try crossing.first.endpoint.attempts.keys.first.orThrow()
        crossing.first.endpoint.cancel(attempt, at: wire.now)
        crossing.first.drain(at: wire.now)
        #expect(crossing.first.tokens.count == 1)
    }
}
