import Basics
import Crypto
import Noise
import Testing

@testable import Transport

@Suite struct HandshakeTests {
    private let alice = Device(1), bob = Device(2)

    @Test func bothSidesHaveOneConfirmedSessionAfterOneAndAHalfRoundTrips() throws {
        let wire = Wire(alice, bob)
        try alice.initiate(to: bob, at: wire.now)
        wire.run(.milliseconds(29))
        #expect(alice.outputs.established.count == 1)
        #expect(bob.outputs.confirmed.isEmpty)
        wire.run(.milliseconds(1))
        #expect(bob.outputs.confirmed.count == 1)
        let (ours, theirs) = (try alice.session(with: bob).orThrow(), try bob.session(with: alice).orThrow())
        let (left, right) = (alice.endpoint.info(ours), bob.endpoint.info(theirs))
        #expect(left?.firstHandshakeHash == right?.firstHandshakeHash)
        #expect(left?.role == .initiator && right?.role == .responder)
        #expect(left?.epoch == 0 && right?.epoch == 0)
    }

    @Test func dataFlowsBothWays() throws {
        let wire = Wire(alice, bob)
        let (ours, theirs) = try wire.connect(alice, bob)
        try alice.send([1, 2, 3], on: ours, at: wire.now)
        try bob.send([4], on: theirs, at: wire.now)
        wire.run(.seconds(1))
        #expect(bob.received.map(\.text) == [[1, 2, 3]])
        #expect(alice.received.map(\.text) == [[4]])
    }

    @Test func bothSidesBindACallAndPairAlike() throws {
        let wire = Wire(alice, bob)
        let (ours, theirs) = try wire.connect(alice, bob)
        let call: [UInt8] = Array(0..<16)
        let bindings = (
            alice.endpoint.callBinding(of: ours, call: call.rawSpan),
            bob.endpoint.callBinding(of: theirs, call: call.rawSpan)
        )
        #expect(bindings.0 == bindings.1)
        let hash = try alice.endpoint.info(ours).orThrow().firstHandshakeHash
        #expect(bindings.0 == SHA256.hash((Array("parley/1 call".utf8) + hash.array + call).rawSpan))
        let left = alice.endpoint.takePairingSecret(of: ours)?.withBytes { [UInt8]($0) }
        let right = bob.endpoint.takePairingSecret(of: theirs)?.withBytes { [UInt8]($0) }
        #expect(left != nil && left == right)
        let again = alice.endpoint.takePairingSecret(of: ours) == nil
        #expect(again)
    }

    @Test func message1IsPaddedAndNoAnswerIsLonger() throws {
        let wire = Wire(alice, bob)
        try wire.connect(alice, bob)
        #expect(wire.log(of: .initiation).allSatisfy { $0.packet.count == 1_200 })
        #expect(wire.log(of: .response).allSatisfy { $0.packet.count <= 1_200 })
        #expect(wire.log(of: .transport).first?.packet.count == 25)
    }

    @Test func anAnswerThatWouldBeLongerThanItsQuestionIsRefused() throws {
        let wire = Wire(alice, bob)
        bob.policy = .wait
        try alice.initiate(to: bob, at: wire.now)
        wire.run(.milliseconds(10))
        let initiation = try bob.tokens.first.orThrow()
        #expect(initiation.answerByteCount == 1_104)
        #expect(throws: HandshakeError.payloadTooLong(limit: 1_104)) {
            try bob.endpoint.respond(
                to: initiation.token, payload: [UInt8](repeating: 0, count: 1_105), sharing: SharedSecrets(),
                resuming: nil, isFresh: true, at: wire.now, using: &bob.random)
        }
        _ = try bob.endpoint.respond(
            to: initiation.token, payload: [UInt8](repeating: 0, count: 1_104), sharing: SharedSecrets(), resuming: nil,
            isFresh: true, at: wire.now, using: &bob.random)
        bob.drain(at: wire.now)
        wire.run(.milliseconds(20))
        #expect(wire.log(of: .response).map(\.packet.count) == [1_200])
        #expect(alice.outputs.established.count == 1)
    }

    @Test func theResponderSealsOnlyPathPacketsUntilConfirmed() throws {
        let wire = Wire(alice, bob)
        wire.fate = { packet, from, _ in packet.first == 0xC4 && from === self.alice ? [] : [.zero] }
        try alice.initiate(to: bob, at: wire.now)
        wire.run(.milliseconds(100))
        let session = try bob.endpoint.sessions.keys.first.orThrow()
        #expect(bob.session(with: alice) == nil)
        for plaintext: [UInt8] in [[0], [1, 0], [2, 0]] {
            #expect(throws: SealError.unconfirmed) { try bob.seal(plaintext, on: session, at: wire.now) }
        }
        let (_, packet) = try bob.seal([4, 1, 2], on: session, at: wire.now)
        let opened = alice.receive(packet, from: bob, at: wire.now)
        #expect(opened?.payload == .path)
    }

    @Test func theConfirmationIsRepeatedUntilThePeerIsHeard() throws {
        let wire = Wire(alice, bob)
        wire.fate = { packet, from, _ in packet.first == 0xC4 && from === self.alice ? [] : [.zero] }
        try alice.initiate(to: bob, at: wire.now)
        wire.run(.seconds(60))
        #expect(alice.outputs.padding.count == 8)
        #expect(bob.outputs.confirmed.isEmpty)
    }

    @Test func anotherPairingSecretMakesNoSession() throws {
        let wire = Wire(alice, bob)
        (alice.pairing, bob.pairing) = (1, 2)
        try alice.initiate(to: bob, at: wire.now)
        wire.run(.seconds(100))
        #expect(alice.outputs.established.isEmpty)
        #expect(alice.endpoint.drops[.handshakeFailed] > 0)
        #expect(bob.endpoint.sessions.keys.isEmpty)
    }

    @Test func aPeerWhoseKeyIsNoneIsRefused() {
        #expect(throws: HandshakeError.invalidKey) {
            try alice.endpoint.initiate(
                to: .zero, payload: [], sharing: SharedSecrets(), at: .zero, using: &alice.random)
        }
    }
}
