internal import Basics
internal import CBench
internal import Crypto
internal import Noise

extension Benchmark {
    /// Whole handshakes a second, both sides on one core, beside the Diffie-Hellman operations that they cannot do
    /// without: on each side one ephemeral key, and four secrets.
    static let handshakes = Benchmark("noise-handshakes") {
        let repetitions = 10
        guard let name = ProtocolName("Noise_IKpsk2_25519_ChaChaPoly_SHA256") else {
            preconditionFailure("the name of our own protocol can be read")
        }
        var random = SeededRandom(seed: 1)
        let secret = random.bytes32().array
        let caller = X25519.KeyPair(secret: random.secretBytes(32))
        let callee = X25519.KeyPair(secret: random.secretBytes(32))
        return Comparison(rounds: 100) {
            for _ in 0..<repetitions { shakeHands(name, caller, callee, &random) }
        } limit: {
            let publicKey = callee.publicKey.array
            for _ in 0..<repetitions { unsafe bench_agree(secret, publicKey, 2, 8) }
        }.rate(repetitions: repetitions)
    }

    private static func shakeHands(
        _ name: ProtocolName, _ caller: borrowing X25519.KeyPair, _ callee: borrowing X25519.KeyPair,
        _ random: inout SeededRandom
    ) {
        var initiator = HandshakeState(
            name, role: .initiator, s: caller.copy(), e: X25519.KeyPair(secret: random.secretBytes(32)),
            rs: callee.publicKey)
        var responder = HandshakeState(
            name, role: .responder, s: callee.copy(), e: X25519.KeyPair(secret: random.secretBytes(32)))
        let psk = random.secretBytes(32)
        initiator.setPresharedKey(psk.copy(), number: 2)
        responder.setPresharedKey(psk, number: 2)
        do throws(NoiseError) {
            let offer = try initiator.writeMessage()
            _ = try responder.readMessage(offer.rawSpan)
            let answer = try responder.writeMessage()
            _ = try initiator.readMessage(answer.rawSpan)
        } catch {
            preconditionFailure("two honest sides agree")
        }
        _ = initiator.split()
        _ = responder.split()
    }
}
