public import Basics
public import Crypto

/// A handshake in progress (Noise §5.3).
///
/// Give it the keys that the pattern calls for, then call `writeMessage` and `readMessage` in turn, the initiator
/// writing first, until `isFinished`; `handshakeHash`, `remoteStatic` and `export` then speak of the whole handshake, and
/// `split` consumes it into the transport states. Chance enters as the ephemeral key. What goes against the order or
/// lacks a key is our own mistake and stops the process; what a peer can do wrong is thrown.
public struct HandshakeState: ~Copyable, Sendable {
    /// The longest message (§3).
    public static let maximumMessageByteCount = 65_535

    /// What is spoken.
    public let name: ProtocolName
    /// Which side we are.
    public let role: Role
    /// `rs`: the other side's static key, as soon as it is known. It is the sender's for certain only when the message
    /// was read whole.
    public internal(set) var remoteStatic: Bytes32?
    /// `re`: the other side's ephemeral key, as soon as it is known.
    public internal(set) var remoteEphemeral: Bytes32?

    var symmetricState: SymmetricState
    let s: X25519.KeyPair?
    let e: X25519.KeyPair?
    var psks = InlineArray<5, SecretBytes?> { _ in nil }
    private(set) var messageCount = 0

    /// Initialize: begins a handshake. `s` and `e` are our own key pairs, `rs` and `re` the other side's keys that the
    /// pattern's pre-messages name.
    public init(
        _ name: ProtocolName, role: Role, prologue: RawSpan = RawSpan(), s: consuming X25519.KeyPair? = nil,
        e: consuming X25519.KeyPair? = nil, rs: Bytes32? = nil, re: Bytes32? = nil
    ) {
        precondition(name.cipher.isAvailable)
        self.name = name
        self.role = role
        self.s = s
        self.e = e
        remoteStatic = rs
        remoteEphemeral = re
        symmetricState = SymmetricState(name)
        symmetricState.mixHash(prologue)
        for token in name.pattern.initiatorPreMessage { mixKnown(token, of: .initiator) }
        for token in name.pattern.responderPreMessage { mixKnown(token, of: .responder) }
    }

    /// Whether every message has been written or read.
    public var isFinished: Bool { messageCount == name.pattern.messages.count }
    /// Whether the next message is ours to write.
    public var isMyTurn: Bool { !isFinished && (messageCount.isMultiple(of: 2) == (role == .initiator)) }
    /// `h`: the hash of all that was said so far. When finished, it names this handshake and no other (§11.2).
    public var handshakeHash: [UInt8] { symmetricState.handshakeHash }

    /// Sets the pre-shared key, 32 bytes, that the modifier `psk<number>` calls for. It may come as late as just before
    /// the message that uses it, so that a responder can choose it by the payload of message 1.
    public mutating func setPresharedKey(_ key: consuming SecretBytes, number: Int) {
        precondition(key.byteCount == 32)
        psks[number] = consume key
    }

    /// WriteMessage: the next message, carrying `payload`. After an error the handshake is over.
    public mutating func writeMessage(_ payload: RawSpan = RawSpan()) throws(NoiseError) -> [UInt8] {
        precondition(isMyTurn)
        var message: [UInt8] = []
        for token in name.pattern.messages[messageCount] {
            switch token {
            case .e: message += writeEphemeral()
            case .s: message += try writeStatic()
            case .ee, .es, .se, .ss: try mixSharedSecret(token)
            case .psk(let number): mixPresharedKey(number)
            }
        }
        message += try symmetricState.encryptAndHash(payload)
        precondition(message.count <= Self.maximumMessageByteCount)
        messageCount += 1
        return message
    }

    /// ReadMessage: the payload of the next message. One that is refused changes nothing: the right one may still come.
    /// So is one whose payload does not satisfy `isWanted`.
    public mutating func readMessage(
        _ message: RawSpan, where isWanted: ([UInt8]) -> Bool = { _ in true }
    ) throws(NoiseError) -> [UInt8] {
        precondition(!isFinished && !isMyTurn)
        guard message.byteCount <= Self.maximumMessageByteCount else { throw .tooLong }
        let before = symmetricState.copy(), (rs, re) = (remoteStatic, remoteEphemeral)
        do throws(NoiseError) {
            let payload = try read(message)
            guard isWanted(payload) else { throw .unwantedPayload }
            messageCount += 1
            return payload
        } catch {
            symmetricState = before
            (remoteStatic, remoteEphemeral) = (rs, re)
            throw error
        }
    }

    /// HMAC-HASH of `label` under the chaining key: a further secret of the finished handshake that only both sides know.
    public func export(label: RawSpan) -> SecretBytes {
        precondition(isFinished)
        return symmetricState.export(label: label)
    }

    /// Split: ends the handshake.
    public consuming func split() -> TransportStates {
        precondition(isFinished)
        return symmetricState.split(for: role)
    }
}
