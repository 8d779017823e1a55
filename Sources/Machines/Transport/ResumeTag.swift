internal import Basics
internal import Crypto

/// The name of the secret that continues a chain: said in message 1, inside what only the peer can open.
public struct ResumeTag: Hashable, Sendable {
    /// Bytes in a tag.
    public static let byteCount = 8
    private static let label = Array("parley/1 resume tag".utf8)

    /// The 8 bytes.
    public let bytes: [UInt8]

    /// The tag in exactly 8 bytes; nil for another length.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    init(of resume: borrowing SecretBytes) {
        let code = HMAC<SHA256>.authenticate(Self.label.rawSpan, key: resume)
        bytes = code.withBytes { [UInt8]($0.extracting(first: Self.byteCount)) }
    }
}
