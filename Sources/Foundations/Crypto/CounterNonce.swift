/// The nonces of numbered messages: four zero bytes and the number (Noise §12).
enum CounterNonce {
    @inline(__always)
    static func with<R>(_ number: UInt64, _ body: (RawSpan) -> R) -> R {
        var nonce = InlineArray<3, UInt32>(repeating: 0)
        nonce[1] = UInt32(truncatingIfNeeded: number).littleEndian
        nonce[2] = UInt32(truncatingIfNeeded: number >> 32).littleEndian
        return unsafe body(nonce.span.bytes)
    }
}

extension ChaChaPoly {
    /// Seals message number `counter`, as `AEAD` says. The nonce is four zero bytes ‖ the number, little-endian.
    public static func seal(
        _ bytes: inout MutableRawSpan, plaintextByteCount: Int, counter: UInt64, associatedData: RawSpan = RawSpan(),
        key: borrowing SecretBytes
    ) {
        CounterNonce.with(counter) {
            seal(
                &bytes, plaintextByteCount: plaintextByteCount, nonce: $0, associatedData: associatedData, key: key)
        }
    }

    /// Opens message number `counter`, as `AEAD` says.
    public static func open(
        _ bytes: inout MutableRawSpan, counter: UInt64, associatedData: RawSpan = RawSpan(),
        key: borrowing SecretBytes
    ) -> Bool {
        CounterNonce.with(counter) { open(&bytes, nonce: $0, associatedData: associatedData, key: key) }
    }
}

extension AES256GCM {
    /// Seals message number `counter`, as `AEAD` says. The nonce is four zero bytes ‖ the number, big-endian.
    public static func seal(
        _ bytes: inout MutableRawSpan, plaintextByteCount: Int, counter: UInt64, associatedData: RawSpan = RawSpan(),
        key: borrowing SecretBytes
    ) {
        CounterNonce.with(counter.byteSwapped) {
            seal(
                &bytes, plaintextByteCount: plaintextByteCount, nonce: $0, associatedData: associatedData, key: key)
        }
    }

    /// Opens message number `counter`, as `AEAD` says.
    public static func open(
        _ bytes: inout MutableRawSpan, counter: UInt64, associatedData: RawSpan = RawSpan(),
        key: borrowing SecretBytes
    ) -> Bool {
        CounterNonce.with(counter.byteSwapped) { open(&bytes, nonce: $0, associatedData: associatedData, key: key) }
    }
}
