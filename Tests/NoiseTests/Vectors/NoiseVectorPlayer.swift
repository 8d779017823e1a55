import Basics
import Crypto
import Noise

/// Plays a published conversation between two handshake states and compares every byte.
struct NoiseVectorPlayer {
    let vector: NoiseVector

    func isReproduced() throws -> Bool {
        guard let name = ProtocolName(vector.name), name.description == vector.name else { return false }
        return try vector.fallsBack ? playFallback(name) : play(name)
    }

    private func play(_ name: ProtocolName) throws -> Bool {
        var initiator = handshake(name, .initiator, vector.initiator)
        var responder = handshake(name, .responder, vector.responder)
        guard try converse(&initiator, &responder, from: 0) else { return false }
        return try converse(initiator.split(), responder.split(), from: name.pattern.messages.count, of: name.pattern)
    }

    /// Message 0 goes to a key that the responder has not: it only learns the ephemeral key, and begins anew.
    private func playFallback(_ name: ProtocolName) throws -> Bool {
        guard let pattern = HandshakePattern("IK") else { return false }
        let first = ProtocolName(pattern: pattern, cipher: name.cipher, hash: name.hash)
        var alice = handshake(first, .initiator, vector.initiator)
        var bob = handshake(first, .responder, vector.responder)
        let payload = vector.messages[0].payload
        let message = try alice.writeMessage(payload.rawSpan)
        guard message == vector.messages[0].ciphertext, isRefused(message, by: &bob) else { return false }
        var initiator = handshake(name, .initiator, vector.responder, re: Bytes32(message.prefix(32)))
        var responder = handshake(name, .responder, vector.initiator)
        guard try converse(&initiator, &responder, from: 1) else { return false }
        return try converse(initiator.split(), responder.split(), from: 3, of: name.pattern)
    }

    private func isRefused(_ message: [UInt8], by side: inout HandshakeState) -> Bool {
        do {
            _ = try side.readMessage(message.rawSpan)
            return false
        } catch {
            return error == .authenticationFailed
        }
    }

    private func handshake(
        _ name: ProtocolName, _ role: Role, _ party: NoiseVector.Party, re: Bytes32? = nil
    ) -> HandshakeState {
        var state = HandshakeState(
            name, role: role, prologue: party.prologue.rawSpan, s: keyPair(party.s), e: keyPair(party.e),
            rs: party.rs.flatMap { Bytes32($0) }, re: re)
        let numbers = name.pattern.messages.joined().compactMap {
            if case .psk(let number) = $0 { number } else { nil }
        }
        for (number, psk) in zip(numbers, party.psks) {
            state.setPresharedKey(SecretBytes(copying: psk.rawSpan), number: number)
        }
        return state
    }

    private func keyPair(_ secret: [UInt8]?) -> X25519.KeyPair? {
        guard let secret else { return nil }
        return X25519.KeyPair(secret: SecretBytes(copying: secret.rawSpan))
    }

    private func converse(
        _ initiator: inout HandshakeState, _ responder: inout HandshakeState, from start: Int
    ) throws -> Bool {
        var isGood = true
        for message in vector.messages.dropFirst(start) where !initiator.isFinished {
            let payload: [UInt8]
            if initiator.isMyTurn {
                isGood = try initiator.writeMessage(message.payload.rawSpan) == message.ciphertext && isGood
                payload = try responder.readMessage(message.ciphertext.rawSpan)
            } else {
                isGood = try responder.writeMessage(message.payload.rawSpan) == message.ciphertext && isGood
                payload = try initiator.readMessage(message.ciphertext.rawSpan)
            }
            isGood = isGood && payload == message.payload
        }
        let hashes = [initiator.handshakeHash, responder.handshakeHash]
        return isGood && initiator.isFinished && responder.isFinished
            && hashes.allSatisfy { $0 == vector.handshakeHash ?? $0 } && hashes[0] == hashes[1]
    }

    private func converse(
        _ initiator: consuming TransportStates, _ responder: consuming TransportStates, from start: Int,
        of pattern: HandshakePattern
    ) throws -> Bool {
        var isGood = true
        for (number, message) in vector.messages.enumerated().dropFirst(start) {
            if vector.isFromInitiator(number, of: pattern) {
                isGood = try carry(message, by: &initiator.sending, to: &responder.receiving) && isGood
            } else {
                isGood = try carry(message, by: &responder.sending, to: &initiator.receiving) && isGood
            }
        }
        return isGood
    }

    private func carry(
        _ message: NoiseVector.Message, by sender: inout CipherState, to receiver: inout CipherState
    ) throws -> Bool {
        var packet = message.payload + [UInt8](repeating: 0, count: CipherState.tagByteCount)
        var bytes = packet.mutableRawSpan
        try sender.encrypt(&bytes, plaintextByteCount: message.payload.count)
        guard packet == message.ciphertext else { return false }
        var again = packet.mutableRawSpan
        try receiver.decrypt(&again)
        return Array(packet.prefix(message.payload.count)) == message.payload
    }
}
