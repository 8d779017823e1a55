public import Basics

/// What an inviter hands to one person by any means: enough to reach it once, until it expires (PROTOCOL §2).
///
/// In bytes: version 1 ‖ 32 identity ‖ 32 Noise static ‖ 16 secret ‖ u64 id ‖ u32 expiry in minutes since 1970 ‖
/// u8 number of addresses ‖ each u8 4 or 16, the address, u16 port; big-endian. Shown by `GroupedText`.
public struct InviteCode: Sendable {
    /// Why a code was refused.
    public enum Failure: Error, Equatable, Sendable {
        /// It was mistyped, and where.
        case mistyped(GroupedText.Failure)
        /// All groups are as they were written, but this is no invite that we understand.
        case malformed
    }

    /// Addresses at most.
    public static let mostAddresses = 8
    /// Number of bytes of the secret.
    public static let secretByteCount = 16

    private static let version: UInt8 = 1

    /// The inviter.
    public let peer: PeerID
    /// The inviter's Noise static key.
    public let noiseStatic: Bytes32
    /// The secret that only the inviter and the holder of the code know.
    public let secret: Redacted<[UInt8]>
    /// Names the invite in message 1.
    public let id: UInt64
    /// When it can no longer be accepted.
    public let expiry: WallTime
    /// Where the inviter may be reached.
    public let addresses: [SocketAddress]

    /// A code; of more than eight addresses the first eight go in.
    public init(
        peer: PeerID, noiseStatic: Bytes32, secret: [UInt8], id: UInt64, expiry: WallTime, addresses: [SocketAddress]
    ) {
        precondition(secret.count == Self.secretByteCount)
        self.peer = peer
        self.noiseStatic = noiseStatic
        self.secret = Redacted(secret)
        self.id = id
        self.expiry = expiry
        self.addresses = Array(addresses.prefix(Self.mostAddresses))
    }

    /// The text to hand over: groups of 14 characters.
    public var text: String {
        var writer = ByteWriter(capacity: 128)
        writer.uint8(Self.version)
        writer.append(peer.key.array)
        writer.append(noiseStatic.array)
        writer.append(secret.value)
        writer.bigEndian(id)
        writer.bigEndian(UInt32(clamping: expiry.seconds / 60))
        writer.uint8(UInt8(addresses.count))
        for address in addresses {
            writer.uint8(UInt8(address.ip.bytes.count))
            writer.append(address.ip.bytes)
            writer.bigEndian(address.port)
        }
        return GroupedText.encode(writer.bytes)
    }

    /// Reads a code as somebody typed or pasted it; white space around and between groups is ignored.
    public init(text: some StringProtocol) throws(Failure) {
        let compact = String(String.UnicodeScalarView(text.unicodeScalars.filter { !$0.properties.isWhitespace }))
        let bytes: [UInt8]
        do throws(GroupedText.Failure) { bytes = try GroupedText.decode(compact) } catch { throw .mistyped(error) }
        try self.init(reading: bytes)
    }

    private init(reading bytes: [UInt8]) throws(Failure) {
        var reader = ByteReader(bytes.rawSpan)
        do {
            guard try reader.uint8() == Self.version, let identity = Bytes32(try reader.take(32)),
                let noiseStatic = Bytes32(try reader.take(32))
            else { throw Failure.malformed }
            peer = PeerID(key: identity)
            self.noiseStatic = noiseStatic
            secret = Redacted(try reader.array(Self.secretByteCount))
            id = try reader.bigEndian(UInt64.self)
            expiry = WallTime(milliseconds: Int64(try reader.bigEndian(UInt32.self)) * 60_000)
            var addresses: [SocketAddress] = []
            let count = try reader.uint8()
            guard count <= Self.mostAddresses else { throw Failure.malformed }
            for _ in 0..<count {
                guard let ip = IPAddress(bytes: try reader.array(Int(try reader.uint8()))) else {
                    throw Failure.malformed
                }
                addresses.append(SocketAddress(ip, port: try reader.bigEndian(UInt16.self)))
            }
            self.addresses = addresses
            guard reader.isAtEnd else { throw Failure.malformed }
        } catch { throw .malformed }
    }
}
