public import Basics

extension X25519 {
    /// A secret and its public key, which is computed once.
    public struct KeyPair: ~Copyable, Sendable {
        /// What the other side needs.
        public let publicKey: Bytes32
        private let secret: SecretBytes

        /// The key pair of a secret of 32 bytes.
        public init(secret: consuming SecretBytes) {
            publicKey = X25519.publicKey(of: secret)
            self.secret = secret
        }

        private init(publicKey: Bytes32, secret: consuming SecretBytes) {
            self.publicKey = publicKey
            self.secret = secret
        }

        /// The secret shared with the owner of `publicKey`; nil when it is all zero.
        public func sharedSecret(with publicKey: Bytes32) -> SecretBytes? {
            X25519.sharedSecret(secret, with: publicKey)
        }

        /// Lends the secret, to seal it for storage.
        public func withSecret<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
            try secret.withBytes(body)
        }

        /// A second pair of the same value.
        public func copy() -> KeyPair { KeyPair(publicKey: publicKey, secret: secret.copy()) }
    }
}
