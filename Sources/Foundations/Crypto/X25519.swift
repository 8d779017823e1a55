public import Basics
internal import CSodium

/// Diffie-Hellman on Curve25519 (RFC 7748).
public enum X25519 {
    /// The public key of a secret of 32 bytes.
    public static func publicKey(of secret: borrowing SecretBytes) -> Bytes32 {
        precondition(secret.byteCount == 32)
        return Bytes32 { key in
            unsafe key.withMutablePointer { key, _ in
                unsafe secret.withPointer { _ = unsafe crypto_scalarmult_base(key, $0) }
            }
        }
    }

    /// The secret that both sides share; nil when it is all zero, which a peer can force by a point of low order
    /// (RFC 7748 §6.1).
    public static func sharedSecret(_ secret: borrowing SecretBytes, with publicKey: Bytes32) -> SecretBytes? {
        precondition(secret.byteCount == 32)
        return SecretBytes.ifFilled(byteCount: 32) { shared in
            unsafe shared.withMutablePointer { shared, _ in
                unsafe secret.withPointer { secret in
                    publicKey.withBytes { key in
                        unsafe key.withPointer { key, _ in unsafe crypto_scalarmult(shared, secret, key) == 0 }
                    }
                }
            }
        }
    }
}
