public import Basics
public import Crypto

/// Under what an introducer finds a device for those who may reach it, and for nobody else (PROTOCOL §6): 16 bytes that two
/// who share a secret can compute, other for each introducer and each hour.
///
/// The introducer learns whom a tag belongs to when somebody asks for it, and nothing before.
public struct IntroductionTag: Hashable, Sendable {
    private let high: UInt64, low: UInt64

    /// Number of bytes.
    public static let byteCount = 16
    private static let label = Array("parley/1 introduction".utf8)

    /// The tag under which `registrar` registers with `introducer` in an hour: the first 16 bytes of HMAC-SHA-256(secret,
    /// label ‖ introducer's Noise static ‖ registrar's Noise static ‖ hour).
    public init(secret: borrowing SecretBytes, introducer: Bytes32, registrar: Bytes32, hour: Int64) {
        var writer = ByteWriter(capacity: 96)
        writer.append(Self.label)
        writer.append(introducer.array)
        writer.append(registrar.array)
        writer.littleEndian(UInt64(bitPattern: hour))
        let message = writer.bytes
        self = HMAC<SHA256>.authenticate(message.rawSpan, key: secret).withBytes { Self($0) }
    }

    /// The tag in exactly 16 bytes; nil for another count.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init(bytes.rawSpan)
    }

    private init(_ bytes: RawSpan) {
        high = unsafe UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self))
        low = unsafe UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    /// The 16 bytes.
    public var bytes: [UInt8] {
        var writer = ByteWriter(capacity: Self.byteCount)
        writer.bigEndian(high)
        writer.bigEndian(low)
        return writer.bytes
    }

    /// Hours since 1970: what tags rotate by.
    public static func hour(at wall: WallTime) -> Int64 { (wall.seconds / 3600) }
}
