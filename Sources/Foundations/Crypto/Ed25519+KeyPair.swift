public import Basics
internal import CSodium

extension Ed25519 {
    /// A signing key and its public key.
    public struct KeyPair: ~Copyable, Sendable {
        /// Bytes in a seed.
        public static let seedByteCount = 32

        /// What others verify with.
        public let publicKey: Bytes32
        /// As libsodium keeps it: seed ‖ public key.
        private let secretKey: SecretBytes

        /// The key pair of a seed of 32 bytes (RFC 8032 calls it the private key).
        public init(seed: borrowing SecretBytes) {
            precondition(seed.byteCount == Self.seedByteCount)
            var publicKey = Bytes32.zero
            secretKey = SecretBytes(byteCount: 64) { secretKey in
                publicKey = Bytes32 { Self.make(&$0, &secretKey, from: seed) }
            }
            self.publicKey = publicKey
        }

        /// The signature of `message`: the same bytes each time.
        public func sign(_ message: RawSpan) -> Signature {
            Signature { signature in
                unsafe signature.withMutablePointer { signature, _ in
                    unsafe message.withPointer { message, count in
                        unsafe secretKey.withPointer {
                            _ = unsafe crypto_sign_detached(signature, nil, message, count, $0)
                        }
                    }
                }
            }
        }

        /// Lends the seed, to seal it for storage.
        public func withSeed<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
            try secretKey.withBytes { (key) throws(E) in try body(key.extracting(first: Self.seedByteCount)) }
        }

        private static func make(
            _ publicKey: inout MutableRawSpan, _ secretKey: inout MutableRawSpan, from seed: borrowing SecretBytes
        ) {
            unsafe publicKey.withMutablePointer { publicKey, _ in
                unsafe secretKey.withMutablePointer { secretKey, _ in
                    unsafe seed.withPointer { _ = unsafe crypto_sign_seed_keypair(publicKey, secretKey, $0) }
                }
            }
        }
    }
}
