internal import Basics
public import Crypto

/// A key and a counter (Noise §5.1).
///
/// After a handshake it comes in two uses. In order: `encrypt` and `decrypt` count the messages themselves. Out of order
/// (§11.4): `seal` and `open` take the counter from the packet and change nothing; the caller then sees to it that no
/// counter is used twice. Both work in place and allocate nothing.
public struct CipherState: ~Copyable, Sendable {
    /// Bytes that a message grows by when it is encrypted.
    public static let tagByteCount = 16

    private let cipher: CipherName
    private var key: SecretBytes?
    /// The number of the next message: `n` of the paper.
    public private(set) var nonce: UInt64 = 0

    /// A state without a key: what it encrypts stays as it is.
    init(cipher: CipherName) { self.cipher = cipher }

    /// A state with a key of 32 bytes.
    public init(cipher: CipherName, key: consuming SecretBytes) {
        precondition(key.byteCount == 32)
        self.cipher = cipher
        self.key = consume key
    }

    /// Whether there is a key.
    public var hasKey: Bool {
        switch key {
        case .some: true
        case nil: false
        }
    }

    /// Goes on with message number `nonce`.
    public mutating func setNonce(_ nonce: UInt64) { self.nonce = nonce }

    /// Encrypts the next message in place: the first `plaintextByteCount` of `bytes`, with the tag behind them.
    /// Precondition: a key, and room for the tag.
    public mutating func encrypt(
        _ bytes: inout MutableRawSpan, plaintextByteCount: Int, associatedData: RawSpan = RawSpan()
    ) throws(NoiseError) {
        guard nonce < .max else { throw .nonceExhausted }
        seal(&bytes, plaintextByteCount: plaintextByteCount, counter: nonce, associatedData: associatedData)
        nonce += 1
    }

    /// Decrypts the next message in place; all but the last 16 of `bytes` are its plaintext. A message that is refused
    /// is not counted. Precondition: a key.
    public mutating func decrypt(
        _ bytes: inout MutableRawSpan, associatedData: RawSpan = RawSpan()
    ) throws(NoiseError) {
        guard nonce < .max else { throw .nonceExhausted }
        guard open(&bytes, counter: nonce, associatedData: associatedData) else { throw .authenticationFailed }
        nonce += 1
    }

    /// Seals message number `counter` in place, as `encrypt` does. Precondition: a key; the counter was not used before.
    public func seal(
        _ bytes: inout MutableRawSpan, plaintextByteCount: Int, counter: UInt64, associatedData: RawSpan = RawSpan()
    ) {
        switch key {
        case .some(let key):
            cipher.seal(
                &bytes, plaintextByteCount: plaintextByteCount, counter: counter, associatedData: associatedData,
                key: key)
        case nil: preconditionFailure("a state that seals has a key")
        }
    }

    /// Opens message number `counter` in place; false for bytes that were not sealed so. Precondition: a key.
    public func open(
        _ bytes: inout MutableRawSpan, counter: UInt64, associatedData: RawSpan = RawSpan()
    ) -> Bool {
        switch key {
        case .some(let key): cipher.open(&bytes, counter: counter, associatedData: associatedData, key: key)
        case nil: preconditionFailure("a state that opens has a key")
        }
    }

    /// Replaces the key by one that cannot be computed back to it (§11.3). Both sides do it at the same message.
    public mutating func rekey() {
        key = SecretBytes(byteCount: 32 + Self.tagByteCount) { zeros in
            seal(&zeros, plaintextByteCount: 32, counter: .max)
        }.withBytes { SecretBytes(copying: $0.extracting(first: 32)) }
    }

    /// A second state of the same value.
    func copy() -> CipherState {
        var copy = CipherState(cipher: cipher)
        switch key {
        case .some(let key): copy.key = key.copy()
        case nil: break
        }
        copy.nonce = nonce
        return copy
    }
}
