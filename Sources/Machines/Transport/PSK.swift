internal import Basics
public import Crypto

/// The pre-shared key of a handshake: an HKDF over all the secrets that the two devices share already (PROTOCOL §2).
///
/// ```
/// parts = "pairing" ‖ secret, else "invite" ‖ secret, else "none" ‖ zeros
///       ‖ "room" ‖ secret or zeros
///       ‖ "resume" ‖ secret or zeros                     each secret and each zeros 32 bytes
/// psk   = HKDF-SHA-256(salt: "parley/1 psk", parts, info: "", 32)
/// ```
public enum PSK {
    /// Bytes in a psk, and in each secret that it is made of.
    public static let byteCount = 32
    private static let salt = Array("parley/1 psk".utf8)

    /// The psk of the secrets that message 1 names. Where there is a pairing secret, the invite's does not count.
    /// Precondition: each secret has 32 bytes.
    public static func derive(
        pairing: borrowing SecretBytes?, invite: borrowing SecretBytes?, room: borrowing SecretBytes?,
        resume: borrowing SecretBytes?
    ) -> SecretBytes {
        var extract = HMAC<SHA256>(key: salt.rawSpan)
        switch (pairing != nil, invite != nil) {
        case (true, _): absorb("pairing", pairing, into: &extract)
        case (false, true): absorb("invite", invite, into: &extract)
        case (false, false): absorb("none", nil, into: &extract)
        }
        absorb("room", room, into: &extract)
        absorb("resume", resume, into: &extract)
        return HKDF<SHA256>.expand(extract.finalize(), byteCount: byteCount)
    }

    private static func absorb(
        _ label: String, _ secret: borrowing SecretBytes?, into extract: inout HMAC<SHA256>
    ) {
        extract.update(Array(label.utf8).rawSpan)
        switch secret {
        case .some(let secret):
            precondition(secret.byteCount == byteCount)
            secret.withBytes { extract.update($0) }
        case .none:
            Bytes32.zero.withBytes { extract.update($0) }
        }
    }
}

extension HMAC {
    fileprivate consuming func finalize() -> SecretBytes {
        var code: HMAC? = consume self
        return SecretBytes(byteCount: Hash.byteCount) { code.take()?.finalize(into: &$0) }
    }
}
