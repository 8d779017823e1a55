import Basics
import Testing

@testable import Transport

@Suite struct LostMessageTests {
    private let alice = Device(1), bob = Device(2)

    @Test func message1OfACallIsRepeatedFastAtFirstAndGivenUpInTheEnd() throws {
        let wire = Wire(alice, bob)
        wire.fate = { _, _, _ in [] }
        try alice.initiate(to: bob, retry: .call, at: wire.now)
        wire.run(.seconds(200))
        let sent = wire.log(of: .initiation)
        #expect(
            sent.prefix(10).map { ($0.time - .zero) / .milliseconds(1) } == [
                0, 150, 300, 450, 750, 1_350, 2_550, 4_950, 8_950, 12_950,
            ])
        #expect(sent.allSatisfy { $0.packet == sent[0].packet })
        #expect(sent.last.map { $0.time < .zero + .seconds(90) } == true)
        #expect(alice.outputs.ended == [.timedOut])
        #expect(alice.deadline == .distantFuture)
    }

    @Test func otherMessages1AreRepeatedEveryFiveSecondsWithJitter() throws {
        let wire = Wire(alice, bob)
        wire.fate = { _, _, _ in [] }
        try alice.initiate(to: bob, retry: .steady, at: wire.now)
        wire.run(.seconds(200))
        let times = wire.log(of: .initiation).map(\.time)
        let gaps = zip(times.dropFirst(), times).map { $0 - $1 }
        #expect(gaps.count > 15)
        #expect(gaps.allSatisfy { $0 >= .seconds(5) && $0 <= .milliseconds(5_334) })
        #expect(Set(gaps).count > 1)
    }

    @Test func aCallerMayGiveUpEarlier() throws {
        let wire = Wire(alice, bob)
        wire.fate = { _, _, _ in [] }
        try alice.initiate(to: bob, retry: RetrySchedule(.call, limit: .seconds(2)), at: wire.now)
        wire.run(.seconds(3))
        #expect(alice.outputs.ended == [.timedOut])
    }

    @Test func everyRetryGetsTheSameMessage2() throws {
        let wire = Wire(alice, bob)
        var lost = 0
        wire.fate = { packet, _, _ in
            guard packet.first == 0xC2, lost < 3 else { return [.zero] }
            lost += 1
            return []
        }
        try alice.initiate(to: bob, at: wire.now)
        wire.run(.seconds(2))
        let answers = wire.log(of: .response).map(\.packet)
        #expect(answers.count == 4)
        #expect(Set(answers).count == 1)
        #expect(bob.tokens.count == 1)
        #expect(alice.outputs.established.count == 1)
        #expect(bob.outputs.confirmed.count == 1)
    }

    @Test func aLostConfirmationIsRepeated() throws {
        let wire = Wire(alice, bob)
        var lost = 0
        wire.fate = { packet, _, _ in
            guard packet.first == 0xC4, lost < 2 else { return [.zero] }
            lost += 1
            return []
        }
        try alice.initiate(to: bob, at: wire.now)
        wire.run(.seconds(1))
        #expect(bob.outputs.confirmed.count == 1)
        let session = try bob.session(with: alice).orThrow()
        try bob.send([1], on: session, at: wire.now)
        wire.run(.seconds(10))
        let count = alice.outputs.padding.count
        wire.run(.seconds(10))
        #expect(alice.outputs.padding.count == count, "once the peer is heard, nothing is to be confirmed")
    }

    @Test func aCancelledAttemptFallsSilentAndItsAnswerIsDropped() throws {
        let wire = Wire(alice, bob)
        let attempt = try alice.initiate(to: bob, at: wire.now)
        wire.run(.milliseconds(15))
        alice.endpoint.cancel(attempt, at: wire.now)
        alice.drain(at: wire.now)
        wire.run(.seconds(10))
        #expect(alice.outputs.ended == [.cancelled])
        #expect(alice.endpoint.drops[.unknownIndex] == 1)
        #expect(wire.log(of: .initiation).count == 1)
    }

    @Test func oneAttemptAtATimeGoesToAPeer() throws {
        let wire = Wire(alice, bob)
        let attempt = try alice.initiate(to: bob, at: wire.now)
        #expect(throws: HandshakeError.underWay(attempt)) { try alice.initiate(to: bob, at: wire.now) }
    }
}
