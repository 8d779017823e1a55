public import Basics
internal import Crypto

/// What a person says of a device, and the device of the person: all the device's public keys, signed by both
/// (PROTOCOL §1). It lives 30 days at most.
///
/// On the wire: a CBOR array of the body's bytes, the person's and the device's signature over
/// `"parley/1 certificate"` ‖ body. The body is a map: 1 version, 2 identity, 3 device, 4 Noise static, 5 mailbox,
/// 6 storage recipient, 7 cosigning key, 8 and 9 the seconds since 1970 between which it holds.
public struct Certificate: Equatable, Sendable {
    /// Why a certificate was refused.
    public enum Failure: Error, Equatable, Sendable {
        /// Not a certificate of this version.
        case malformed
        /// A signature does not hold.
        case unsigned
        /// It holds for longer than allowed, is over, or is from the future.
        case outdated
    }

    /// The longest time that a certificate may hold.
    public static let longestLifetime: Duration = .seconds(30 * 86_400)
    /// How far two clocks may differ.
    public static let clockTolerance: Duration = .seconds(300)
    /// No certificate is longer.
    public static let longestByteCount = 512

    private static let prefix = Array("parley/1 certificate".utf8)
    private static let version: UInt64 = 1

    /// The person.
    public let peer: PeerID
    /// The device's Ed25519 key.
    public let device: Bytes32
    /// The device's Noise static key: must equal that of the handshake.
    public let noiseStatic: Bytes32
    /// Seals what is left in a mailbox for the device.
    public let mailbox: Bytes32
    /// Seals what is stored for the person.
    public let storage: Bytes32
    /// Signs others' checkpoints.
    public let cosigner: Bytes32
    /// From when it holds.
    public let notBefore: WallTime
    /// Until when it holds.
    public let notAfter: WallTime

    /// The bytes on the wire.
    public let encoded: [UInt8]

    /// Certifies this device of `identity`, from `now` on, for the longest allowed time.
    public init(of identity: borrowing Identity, at now: WallTime) {
        let from = WallTime(milliseconds: now.seconds * 1000)
        let until = from + Self.longestLifetime
        let body: CBORMap = [
            1: .unsigned(Self.version), 2: .bytes(identity.person.publicKey), 3: .bytes(identity.device.publicKey),
            4: .bytes(identity.noisePublic), 5: .bytes(identity.mailboxPublic), 6: .bytes(identity.storagePublic),
            7: .bytes(identity.cosigner.publicKey), 8: .int(from.seconds), 9: .int(until.seconds),
        ]
        let bytes = CBORValue.map(body).encoded
        let signed = Self.prefix + bytes
        let signatures = [identity.person.sign(signed.rawSpan), identity.device.sign(signed.rawSpan)]
        encoded = CBORValue.array([.bytes(bytes)] + signatures.map { .bytes($0.array) }).encoded
        peer = identity.peer
        device = identity.device.publicKey
        noiseStatic = identity.noisePublic
        mailbox = identity.mailboxPublic
        storage = identity.storagePublic
        cosigner = identity.cosigner.publicKey
        notBefore = from
        notAfter = until
    }

    /// Reads and verifies a certificate: both signatures, and that it holds at `now`.
    public init(verifying encoded: [UInt8], at now: WallTime) throws(Failure) {
        guard encoded.count <= Self.longestByteCount,
            case .array(let parts)? = try? CBORValue(decoding: encoded), parts.count == 3,
            let body = parts[0].bytes, case .map(let fields)? = try? CBORValue(decoding: body)
        else { throw .malformed }
        do {
            guard try fields.uint(1) == Self.version else { throw Failure.malformed }
            peer = PeerID(key: try fields.bytes32(2))
            device = try fields.bytes32(3)
            noiseStatic = try fields.bytes32(4)
            mailbox = try fields.bytes32(5)
            storage = try fields.bytes32(6)
            cosigner = try fields.bytes32(7)
            notBefore = try Self.time(fields.int(8))
            notAfter = try Self.time(fields.int(9))
        } catch { throw .malformed }
        self.encoded = encoded
        let signed = Self.prefix + body
        guard Self.isSigned(signed, parts[1], by: peer.key), Self.isSigned(signed, parts[2], by: device) else {
            throw .unsigned
        }
        guard notBefore < notAfter, notAfter - notBefore <= Self.longestLifetime, notBefore < now + Self.clockTolerance,
            now < notAfter
        else { throw .outdated }
    }

    private static func time(_ seconds: Int64) throws(Failure) -> WallTime {
        let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { throw .malformed }
        return WallTime(milliseconds: milliseconds)
    }

    private static func isSigned(_ message: [UInt8], _ signature: CBORValue, by key: Bytes32) -> Bool {
        guard let bytes = signature.bytes, let signature = Ed25519.Signature(bytes.rawSpan) else { return false }
        return Ed25519.isValid(signature, of: message.rawSpan, by: key)
    }
}
