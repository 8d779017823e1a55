public import Basics
internal import CSodium

/// Signatures by Ed25519 (RFC 8032). Verification is without cofactor and refuses points of low order.
public enum Ed25519 {
    /// Whether `signature` signs `message` under `publicKey`.
    public static func isValid(_ signature: Signature, of message: RawSpan, by publicKey: Bytes32) -> Bool {
        signature.withBytes { signature in
            publicKey.withBytes { key in
                unsafe signature.withPointer { signature, _ in
                    unsafe message.withPointer { message, count in
                        unsafe key.withPointer { key, _ in
                            unsafe crypto_sign_verify_detached(signature, message, count, key) == 0
                        }
                    }
                }
            }
        }
    }
}
