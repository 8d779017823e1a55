internal import Basics
internal import Crypto

/// What each token does (Noise §5.3, §9.2).
extension HandshakeState {
    mutating func read(_ message: RawSpan) throws(NoiseError) -> [UInt8] {
        var reader = ByteReader(message)
        for token in name.pattern.messages[messageCount] {
            switch token {
            case .e: try readEphemeral(&reader)
            case .s: try readStatic(&reader)
            case .ee, .es, .se, .ss: try mixSharedSecret(token)
            case .psk(let number): mixPresharedKey(number)
            }
        }
        return try symmetricState.decryptAndHash(reader.rest)
    }

    mutating func writeEphemeral() -> [UInt8] {
        let key = publicKey(of: e)
        mixEphemeral(key)
        return key.array
    }

    mutating func readEphemeral(_ reader: inout ByteReader) throws(NoiseError) {
        let key = known(Bytes32(try take(Bytes32.byteCount, from: &reader)))
        remoteEphemeral = key
        mixEphemeral(key)
    }

    mutating func writeStatic() throws(NoiseError) -> [UInt8] {
        try symmetricState.encryptAndHash(publicKey(of: s).array.rawSpan)
    }

    mutating func readStatic(_ reader: inout ByteReader) throws(NoiseError) {
        let byteCount = Bytes32.byteCount + (symmetricState.hasKey ? CipherState.tagByteCount : 0)
        remoteStatic = Bytes32(try symmetricState.decryptAndHash(take(byteCount, from: &reader)))
    }

    mutating func mixSharedSecret(_ token: Token) throws(NoiseError) {
        let shared =
            switch (token, role) {
            case (.ee, _): try agree(e, known(remoteEphemeral))
            case (.ss, _): try agree(s, known(remoteStatic))
            case (.es, .initiator), (.se, .responder): try agree(e, known(remoteStatic))
            case (.se, .initiator), (.es, .responder): try agree(s, known(remoteEphemeral))
            case (.e, _), (.s, _), (.psk, _): preconditionFailure("only these tokens are a Diffie-Hellman")
            }
        shared.withBytes { symmetricState.mixKey($0) }
    }

    mutating func mixPresharedKey(_ number: Int) {
        switch psks[number] {
        case .some(let psk): psk.withBytes { symmetricState.mixKeyAndHash($0) }
        case nil: preconditionFailure("psk\(number) is set before the message that uses it")
        }
    }

    /// Hashes a key of a pre-message, whose owner is `side`.
    mutating func mixKnown(_ token: Token, of side: Role) {
        switch token {
        case .e: mixEphemeral(side == role ? publicKey(of: e) : known(remoteEphemeral))
        case .s: (side == role ? publicKey(of: s) : known(remoteStatic)).withBytes { symmetricState.mixHash($0) }
        case .ee, .es, .se, .ss, .psk: preconditionFailure("a pre-message is made of keys")
        }
    }

    /// With a pre-shared key in the pattern, ephemeral keys also randomise the key (§9.2).
    private mutating func mixEphemeral(_ key: Bytes32) {
        key.withBytes { symmetricState.mixHash($0) }
        if name.pattern.hasPSK { key.withBytes { symmetricState.mixKey($0) } }
    }

    @_lifetime(copy reader)
    private func take(_ byteCount: Int, from reader: inout ByteReader) throws(NoiseError) -> RawSpan {
        do { return try reader.take(byteCount) } catch { throw .truncated }
    }

    private func agree(_ pair: borrowing X25519.KeyPair?, _ publicKey: Bytes32) throws(NoiseError) -> SecretBytes {
        switch pair {
        case .some(let pair):
            guard let shared = pair.sharedSecret(with: publicKey) else { throw .invalidPublicKey }
            return shared
        case nil: preconditionFailure("the key pair that the pattern calls for is given")
        }
    }

    private func publicKey(of pair: borrowing X25519.KeyPair?) -> Bytes32 {
        switch pair {
        case .some(let pair): return pair.publicKey
        case nil: preconditionFailure("the key pair that the pattern calls for is given")
        }
    }

    private func known(_ key: Bytes32?) -> Bytes32 {
        guard let key else { preconditionFailure("the key that the pattern calls for is given") }
        return key
    }
}
