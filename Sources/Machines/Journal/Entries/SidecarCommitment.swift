public import Basics
internal import Crypto

/// What an entry says about a frame in a sidecar: which key seals it, and a commitment that neither reveals the text
/// nor lets its owner show another one later.
public struct SidecarCommitment: Hashable, Sendable {
    /// The data key's random name: of `pii/<kid>` and `keys/<kid>.age`.
    public let keyID: String
    /// HMAC-SHA-256 over nonce ‖ plaintext under a key derived from the data key.
    public let mac: Bytes32

    static let keyIDByteCount = 10

    init(keyID: String, mac: Bytes32) {
        self.keyID = keyID
        self.mac = mac
    }

    init?(_ json: JSONValue) {
        guard let keyID = json["k"]?.string, BaseEncoding.base32.decode(keyID)?.count == Self.keyIDByteCount,
            let mac = json["m"]?.string.flatMap({ BaseEncoding.base64.decode($0) }).flatMap({ Bytes32($0) })
        else { return nil }
        self.init(keyID: keyID, mac: mac)
    }

    static func newKeyID(using random: inout SeededRandom) -> String {
        BaseEncoding.base32.encode(random.bytes32().array.prefix(keyIDByteCount))
    }

    var json: JSONValue { ["k": .string(keyID), "m": .string(BaseEncoding.base64.encode(mac.array))] }
}
