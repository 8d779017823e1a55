internal import Basics
internal import Crypto

/// The keyed BLAKE2b-128 codes of handshake packets (PROTOCOL §3).
///
/// mac1 shows that the sender knows whom it calls: its key is BLAKE2b-256(label ‖ the receiver's Noise static).
/// mac2 shows that the sender received a cookie at its address.
struct PacketMAC: Sendable {
    static let byteCount = 16
    static let mac1Label = "parley/1 mac1"
    static let cookieLabel = "parley/1 cookie"

    private let mac1Key: [UInt8]
    /// Seals the cookies that the owner of the static key sends.
    let cookieKey: [UInt8]

    /// The codes of packets to the owner of `publicKey`, and of the cookies that it sends.
    init(of publicKey: Bytes32) {
        mac1Key = Self.key(Self.mac1Label, publicKey)
        cookieKey = Self.key(Self.cookieLabel, publicKey)
    }

    /// mac1 over `bytes`.
    func mac1(_ bytes: RawSpan) -> [UInt8] {
        BLAKE2b.hash(bytes, byteCount: Self.byteCount, key: mac1Key.rawSpan)
    }

    /// mac2 over `bytes` (mac1 included) by `cookie`.
    static func mac2(_ bytes: RawSpan, cookie: [UInt8]) -> [UInt8] {
        BLAKE2b.hash(bytes, byteCount: byteCount, key: cookie.rawSpan)
    }

    private static func key(_ label: String, _ publicKey: Bytes32) -> [UInt8] {
        BLAKE2b.hash((Array(label.utf8) + publicKey.array).rawSpan, byteCount: 32)
    }
}
