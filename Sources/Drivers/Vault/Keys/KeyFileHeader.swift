import Basics
import Crypto

/// What stands before the secret in a `KeyFile`.
enum KeyFileHeader: Equatable {
    /// The secret follows as it is.
    case none(checksum: [UInt8])
    /// The secret follows, sealed under Argon2id of a passphrase.
    case passphrase(Argon2id.Parameters, salt: [UInt8], nonce: [UInt8])

    /// Bytes in the longest header.
    static let maximumByteCount = magic.count + 9 + Argon2id.saltByteCount + XChaChaPoly.nonceByteCount

    /// The work that a file may ask for: who can write it must not be able to make us work for hours.
    private static let memoryLimits = (8 << 10)...(1 << 30), passLimits = 1...16

    private static let checksumByteCount = 16
    private static let magic = Array("parleyk1".utf8)

    /// The header of a secret that is not protected: a disk's error must not make another key of it.
    init(checking secret: RawSpan) {
        self = .none(checksum: BLAKE2b.hash(secret, byteCount: Self.checksumByteCount))
    }

    /// Reads the header of a whole file. Throws `.malformed` when it is none, or no secret can follow it.
    init(parsing file: RawSpan) throws(KeyFileError) {
        guard let header = try? Self.parse(file) else { throw .malformed }
        self = header
    }

    private static func parse(_ file: RawSpan) throws(Truncated) -> KeyFileHeader? {
        var reader = ByteReader(file)
        guard try reader.take(magic.count).isEqual(to: magic.rawSpan) else { return nil }
        switch try reader.uint8() {
        case 0: return KeyFileHeader.none(checksum: try reader.array(checksumByteCount))
        case 1:
            let memory = Int(try reader.littleEndian(UInt32.self)) << 10
            let passes = Int(try reader.littleEndian(UInt32.self))
            let salt = try reader.array(Argon2id.saltByteCount)
            let nonce = try reader.array(XChaChaPoly.nonceByteCount)
            let isBearable = memoryLimits.contains(memory) && passLimits.contains(passes)
            guard isBearable, reader.remaining >= XChaChaPoly.tagByteCount else { return nil }
            let cost = Argon2id.Parameters(memoryByteCount: memory, passCount: passes)
            return .passphrase(cost, salt: salt, nonce: nonce)
        default: return nil
        }
    }

    /// The header in bytes.
    var bytes: [UInt8] {
        var writer = ByteWriter(capacity: Self.maximumByteCount)
        writer.append(Self.magic)
        switch self {
        case .none(let checksum):
            writer.uint8(0)
            writer.append(checksum)
        case .passphrase(let cost, let salt, let nonce):
            writer.uint8(1)
            writer.littleEndian(UInt32(cost.memoryByteCount >> 10))
            writer.littleEndian(UInt32(cost.passCount))
            writer.append(salt)
            writer.append(nonce)
        }
        return writer.bytes
    }

    /// How many they are.
    var byteCount: Int { bytes.count }

    /// The whole file: the header, and `rest`.
    func followed(by rest: RawSpan) -> SecretBytes {
        let header = bytes
        return SecretBytes(byteCount: header.count + rest.byteCount) {
            $0.write(header.rawSpan, at: 0)
            $0.write(rest, at: header.count)
        }
    }
}
