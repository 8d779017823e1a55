import Basics
import Crypto
import Noise
import Testing

@Suite struct HandshakeStateTests {
    private let name: ProtocolName

    init() throws { name = try #require(ProtocolName("Noise_IKpsk2_25519_ChaChaPoly_SHA256")) }

    @Test func theResponderChoosesThePSKByThePayloadOfMessage1() throws {
        var pair = Pair(name)
        let offer = try pair.initiator.writeMessage([7].rawSpan)
        let selector = try pair.responder.readMessage(offer.rawSpan)
        #expect(selector == [7])
        let (seen, sent) = (pair.responder.remoteStatic, pair.initiatorStatic)
        #expect(seen == sent)
        pair.responder.setPresharedKey(key(selector[0]), number: 2)
        pair.initiator.setPresharedKey(key(7), number: 2)
        let answer = try pair.responder.writeMessage([8].rawSpan)
        let payload = try pair.initiator.readMessage(answer.rawSpan)
        #expect(payload == [8])
        try expectAgreement(pair)
    }

    @Test func anotherPSKIsRefusedAndTheRightOneMayStillCome() throws {
        var pair = Pair(name)
        let offer = try pair.initiator.writeMessage()
        _ = try pair.responder.readMessage(offer.rawSpan)
        pair.responder.setPresharedKey(key(1), number: 2)
        let answer = try pair.responder.writeMessage()
        pair.initiator.setPresharedKey(key(2), number: 2)
        expect(refusalOf: answer, by: &pair.initiator, .authenticationFailed)
        pair.initiator.setPresharedKey(key(1), number: 2)
        expect(refusalOf: answer, by: &pair.initiator, nil)
        try expectAgreement(pair)
    }

    @Test func noForgedOrTruncatedMessageChangesAHandshake() throws {
        var pair = Pair(name)
        let offer = try pair.initiator.writeMessage([1, 2, 3].rawSpan)
        try expectOnlyTheOriginal(offer, by: &pair.responder)
        pair.responder.setPresharedKey(key(0), number: 2)
        pair.initiator.setPresharedKey(key(0), number: 2)
        let answer = try pair.responder.writeMessage([4].rawSpan)
        try expectOnlyTheOriginal(answer, by: &pair.initiator)
        try expectAgreement(pair)
    }

    @Test func anUnwantedPayloadIsRefusedAndChangesNothing() throws {
        var pair = Pair(name)
        let offer = try pair.initiator.writeMessage([1].rawSpan)
        var refusal: NoiseError?
        do {
            _ = try pair.responder.readMessage(offer.rawSpan) { $0 == [2] }
        } catch {
            refusal = error
        }
        #expect(refusal == .unwantedPayload)
        let payload = try pair.responder.readMessage(offer.rawSpan) { $0 == [1] }
        #expect(payload == [1])
    }

    @Test func aKeyOfLowOrderIsRefused() throws {
        let name = try #require(ProtocolName("Noise_NK_25519_ChaChaPoly_BLAKE2b"))
        var pair = Pair(name)
        let zero = [UInt8](repeating: 0, count: 48)
        expect(refusalOf: zero, by: &pair.responder, .invalidPublicKey)
    }

    @Test func aMessageLongerThanNoiseAllowsIsRefused() throws {
        var pair = Pair(name)
        let long = [UInt8](repeating: 1, count: HandshakeState.maximumMessageByteCount + 1)
        expect(refusalOf: long, by: &pair.responder, .tooLong)
    }

    @Test func anotherPrologueIsRefused() throws {
        var pair = Pair(name, prologues: ([1], [2]))
        let offer = try pair.initiator.writeMessage()
        expect(refusalOf: offer, by: &pair.responder, .authenticationFailed)
    }

    private func key(_ number: UInt8) -> SecretBytes {
        SecretBytes(copying: [UInt8](repeating: number, count: 32).rawSpan)
    }

    private func refusal(of message: [UInt8], by side: inout HandshakeState) -> NoiseError? {
        do {
            _ = try side.readMessage(message.rawSpan)
            return nil
        } catch {
            return error
        }
    }

    private func expect(refusalOf message: [UInt8], by side: inout HandshakeState, _ wanted: NoiseError?) {
        let error = refusal(of: message, by: &side)
        #expect(error == wanted)
    }

    private func expectOnlyTheOriginal(_ message: [UInt8], by side: inout HandshakeState) throws {
        let before = side.handshakeHash
        var errors: [NoiseError?] = []
        for index in message.indices {
            var forged = message
            forged[index] ^= 0x40
            errors.append(refusal(of: forged, by: &side))
            errors.append(refusal(of: Array(message.prefix(index)), by: &side))
        }
        let after = side.handshakeHash
        #expect(after == before)
        #expect(!errors.contains(nil))
        expect(refusalOf: message, by: &side, nil)
    }

    private func expectAgreement(_ pair: consuming Pair) throws {
        let areFinished = [pair.initiator.isFinished, pair.responder.isFinished]
        #expect(areFinished == [true, true])
        let hashes = (pair.initiator.handshakeHash, pair.responder.handshakeHash)
        #expect(hashes.0 == hashes.1)
        let label = Array("label".utf8), other = Array("other".utf8)
        let exported = pair.initiator.export(label: label.rawSpan)
        let isSame = pair.responder.export(label: label.rawSpan).withBytes { exported.isEqual(to: $0) }
        let isOther = pair.responder.export(label: other.rawSpan).withBytes { exported.isEqual(to: $0) }
        #expect(isSame && !isOther)
    }
}

/// Both sides of a handshake, with keys from a fixed seed.
struct Pair: ~Copyable {
    var initiator, responder: HandshakeState
    let initiatorStatic: Bytes32

    init(_ name: ProtocolName, prologues: (initiator: [UInt8], responder: [UInt8]) = ([], [])) {
        let (first, second) = prologues
        var random = SeededRandom(seed: 1)
        let mine = X25519.KeyPair(secret: random.secretBytes(32))
        let theirs = X25519.KeyPair(secret: random.secretBytes(32))
        initiatorStatic = mine.publicKey
        initiator = HandshakeState(
            name, role: .initiator, prologue: first.rawSpan, s: mine.copy(),
            e: X25519.KeyPair(secret: random.secretBytes(32)), rs: theirs.publicKey)
        responder = HandshakeState(
            name, role: .responder, prologue: second.rawSpan, s: theirs.copy(),
            e: X25519.KeyPair(secret: random.secretBytes(32)))
    }
}
