/// Why a handshake or transport message was refused. Whoever sent it learns nothing of this.
public enum NoiseError: Error, Hashable, Sendable {
    /// The message ends before its fields do.
    case truncated
    /// The message has more than 65,535 bytes (§3).
    case tooLong
    /// The message was not encrypted so by whom we thought, or for us.
    case authenticationFailed
    /// The payload is not what the reader asks for.
    case unwantedPayload
    /// A public key of low order, which gives no secret (§12.1).
    case invalidPublicKey
    /// 2^64 - 1 messages have gone under one key (§5.1).
    case nonceExhausted
}
