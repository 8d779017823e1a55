/// The short-term credentials of one ICE session on one side (RFC 8445 §5.3).
public struct ICECredentials: Hashable, Sendable {
    /// The user name fragment: 4 to 256 *ice-chars*.
    public let usernameFragment: String
    /// The password: 22 to 256 *ice-chars*.
    public let password: String

    /// Longer ones are not taken from a peer, though RFC 8445 allows 256.
    public static let longestByteCount = 64

    /// Credentials as a peer names them; nil when they are not made as RFC 8445 §5.3 says.
    public init?(usernameFragment: String, password: String) {
        guard (4...Self.longestByteCount).contains(usernameFragment.utf8.count),
            (22...Self.longestByteCount).contains(password.utf8.count),
            (usernameFragment + password).utf8.allSatisfy(Self.isICECharacter)
        else { return nil }
        self.usernameFragment = usernameFragment
        self.password = password
    }

    /// Fresh ones: 48 and 144 random bits.
    public init(using random: inout some RandomNumberGenerator) {
        usernameFragment = Self.text(8, using: &random)
        password = Self.text(24, using: &random)
    }

    private static let alphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static func text(_ count: Int, using random: inout some RandomNumberGenerator) -> String {
        String(decoding: (0..<count).map { _ in alphabet[Int.random(in: 0..<64, using: &random)] }, as: UTF8.self)
    }

    private static func isICECharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
            true
        default: false
        }
    }
}
