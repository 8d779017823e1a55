internal import Basics

/// HKDF (RFC 5869): keys from a shared secret. With an empty `info` it is the HKDF of the Noise paper.
public enum HKDF<Hash: HashFunction> {
    /// The longest output, in bytes.
    public static var maximumByteCount: Int { 255 * Hash.byteCount }

    /// A pseudorandom key of `Hash.byteCount` bytes (RFC 5869 §2.2).
    public static func extract(salt: RawSpan, inputKeyMaterial: RawSpan) -> SecretBytes {
        SecretBytes(byteCount: Hash.byteCount) {
            HMAC<Hash>.authenticate(inputKeyMaterial, key: salt, into: &$0)
        }
    }

    /// `byteCount` bytes under a pseudorandom key (RFC 5869 §2.3). Precondition: at most `maximumByteCount`.
    public static func expand(
        _ pseudorandomKey: borrowing SecretBytes, info: RawSpan = RawSpan(), byteCount: Int
    ) -> SecretBytes {
        precondition(byteCount <= maximumByteCount)
        return SecretBytes(byteCount: byteCount) { output in
            pseudorandomKey.withBytes { expand($0, info: info, into: &output) }
        }
    }

    /// Extracts, then expands.
    public static func derive(
        salt: RawSpan, inputKeyMaterial: RawSpan, info: RawSpan = RawSpan(), byteCount: Int
    ) -> SecretBytes {
        expand(extract(salt: salt, inputKeyMaterial: inputKeyMaterial), info: info, byteCount: byteCount)
    }

    private static func expand(_ key: RawSpan, info: RawSpan, into output: inout MutableRawSpan) {
        var previous = InlineArray<64, UInt8>(repeating: 0)
        defer { Sodium.wipe(&previous) }
        unsafe withUnsafeMutableBytes(of: &previous) { buffer in
            var block = unsafe MutableRawSpan(_unsafeBytes: buffer.prefix(Hash.byteCount))
            var written = 0
            var counter: UInt8 = 0
            while written < output.byteCount {
                var hmac = HMAC<Hash>(key: key)
                if counter > 0 { hmac.update(block.bytes) }
                counter += 1
                hmac.update(info)
                hmac.update([counter].rawSpan)
                hmac.finalize(into: &block)
                let count = min(Hash.byteCount, output.byteCount - written)
                output.copy(block.bytes.extracting(first: count), at: written)
                written += count
            }
        }
    }
}
