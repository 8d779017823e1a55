public import Crypto

/// A secret that several tables refer to. It cannot be copied, printed or compared; it is wiped with its last holder.
public final class SharedSecret: Sendable {
    /// The secret itself.
    public let bytes: SecretBytes

    /// Takes over `bytes`.
    public init(_ bytes: consuming SecretBytes) { self.bytes = bytes }
}
