internal import Basics
internal import Crypto

/// The hash functions of a protocol (Noise §4.3, §12.5 to §12.8). BLAKE2s is not among them: libsodium has none.
public enum HashName: String, Hashable, Sendable, CaseIterable {
    /// SHA-256.
    case sha256 = "SHA256"
    /// SHA-512.
    case sha512 = "SHA512"
    /// BLAKE2b with a digest of 64 bytes.
    case blake2b = "BLAKE2b"

    private var function: any HashFunction.Type {
        switch self {
        case .sha256: SHA256.self
        case .sha512: SHA512.self
        case .blake2b: BLAKE2b.self
        }
    }

    /// HASHLEN.
    public var byteCount: Int { function.byteCount }

    /// HASH of one text after the other.
    func hash(_ first: RawSpan, _ second: RawSpan) -> [UInt8] { function.hash(first, second) }

    /// HMAC-HASH of one text after the other.
    func hmac(_ first: RawSpan, _ second: RawSpan = RawSpan(), key: borrowing SecretBytes) -> SecretBytes {
        function.hmac(first, second, key: key)
    }
}

extension HashFunction {
    fileprivate static func hash(_ first: RawSpan, _ second: RawSpan) -> [UInt8] {
        var hash = Self()
        hash.update(first)
        hash.update(second)
        var digest = [UInt8](repeating: 0, count: byteCount)
        var target = digest.mutableRawSpan
        hash.finalize(into: &target)
        return digest
    }

    fileprivate static func hmac(_ first: RawSpan, _ second: RawSpan, key: borrowing SecretBytes) -> SecretBytes {
        SecretBytes(byteCount: byteCount) { code in
            var hmac = key.withBytes { HMAC<Self>(key: $0) }
            hmac.update(first)
            hmac.update(second)
            hmac.finalize(into: &code)
        }
    }
}
