internal import Basics
public import Crypto

/// A secret that several tables refer to. It cannot be copied, printed or compared; it is wiped with its last holder.
public final class SharedSecret: Sendable {
    /// The secret itself.
    public let bytes: SecretBytes

    /// Takes over `bytes`.
    public init(_ bytes: consuming SecretBytes) { self.bytes = bytes }

    /// What the secret of an invite puts into the pre-shared key of a handshake: 32 bytes,
    /// HKDF-SHA-256(salt: "parley/1 invite", secret, info: "psk"). The secret itself makes other keys as well (PROTOCOL §2).
    public func invitePreSharedKey() -> SecretBytes {
        bytes.withBytes { secret in
            HKDF<SHA256>.derive(
                salt: Array("parley/1 invite".utf8).rawSpan, inputKeyMaterial: secret,
                info: Array("psk".utf8).rawSpan, byteCount: 32)
        }
    }

    /// What tags of an invite are made with: the same with the info "introduction".
    public func inviteIntroductionKey() -> SecretBytes {
        bytes.withBytes { secret in
            HKDF<SHA256>.derive(
                salt: Array("parley/1 invite".utf8).rawSpan, inputKeyMaterial: secret,
                info: Array("introduction".utf8).rawSpan, byteCount: 32)
        }
    }
}
