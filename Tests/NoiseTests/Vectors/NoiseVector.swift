import Basics
import Crypto
import Noise

/// A published conversation: the keys of both sides, and every message with its bytes on the wire.
struct NoiseVector {
    struct Party {
        var prologue: [UInt8] = []
        var s, e, rs: [UInt8]?
        var psks: [[UInt8]] = []
    }

    struct Message {
        let payload, ciphertext: [UInt8]
    }

    let name: String
    var initiator = Party(), responder = Party()
    var messages: [Message] = []
    var handshakeHash: [UInt8]?
    /// Message 0 is the first message of `IK` to a key that the responder does not have.
    var fallsBack = false
    /// After the handshake the initiator begins anew, whoever wrote last, and both sides speak whatever the pattern.
    var isSpokenAnew = false

    /// Whether transport message `number` is the initiator's: they go on in turn, all one way in a one-way pattern.
    func isFromInitiator(_ number: Int, of pattern: HandshakePattern) -> Bool {
        if isSpokenAnew { return (number - pattern.messages.count).isMultiple(of: 2) }
        return pattern.isOneWay || number.isMultiple(of: 2) != fallsBack
    }

    /// Why the case is not for us; nil when it is.
    var reasonToSkip: String? {
        let parts = name.split(separator: "_")
        if parts[0] == "NoisePSK" { return "with the psk of revision 30" }
        if parts[2] != "25519" { return "over \(parts[2])" }
        if parts[4] == "BLAKE2s" { return "with BLAKE2s" }
        if parts[3] == "AESGCM", !CipherName.aesGCM.isAvailable { return "with AESGCM, which this processor lacks" }
        return nil
    }
}
