internal import Basics

/// Authenticated encryption with associated data, in place: the tag goes behind the ciphertext.
///
/// Sealing and opening allocate nothing and cost what libsodium costs. A nonce must never be used twice under a key.
public protocol AEAD {
    /// Bytes in a nonce.
    static var nonceByteCount: Int { get }

    /// Seals the first `plaintextByteCount` bytes in place and writes the tag into the 16 that follow.
    /// Precondition: they are there; a nonce of `nonceByteCount` bytes, a key of 32.
    static func seal(
        _ bytes: inout MutableRawSpan, plaintextByteCount: Int, nonce: RawSpan, associatedData: RawSpan,
        key: borrowing SecretBytes)

    /// Opens ciphertext ‖ tag in place: all but the last 16 bytes are the plaintext. False, and zeros in its place, for
    /// bytes that were not sealed so. Precondition: a nonce of `nonceByteCount` bytes, a key of 32.
    static func open(
        _ bytes: inout MutableRawSpan, nonce: RawSpan, associatedData: RawSpan, key: borrowing SecretBytes
    ) -> Bool
}

extension AEAD {
    /// Bytes in a key.
    public static var keyByteCount: Int { 32 }
    /// Bytes in a tag.
    public static var tagByteCount: Int { 16 }

    /// The ciphertext and tag of `plaintext`.
    public static func seal(
        _ plaintext: [UInt8], nonce: [UInt8], associatedData: [UInt8] = [], key: borrowing SecretBytes
    ) -> [UInt8] {
        var sealed = plaintext + [UInt8](repeating: 0, count: tagByteCount)
        var bytes = sealed.mutableRawSpan
        seal(
            &bytes, plaintextByteCount: plaintext.count, nonce: nonce.rawSpan, associatedData: associatedData.rawSpan,
            key: key)
        return sealed
    }

    /// The plaintext of ciphertext ‖ tag; nil for bytes that were not sealed so.
    public static func open(
        _ sealed: [UInt8], nonce: [UInt8], associatedData: [UInt8] = [], key: borrowing SecretBytes
    ) -> [UInt8]? {
        var opened = sealed
        var bytes = opened.mutableRawSpan
        guard open(&bytes, nonce: nonce.rawSpan, associatedData: associatedData.rawSpan, key: key) else { return nil }
        opened.removeLast(tagByteCount)
        return opened
    }
}
