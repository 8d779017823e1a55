public import Basics
public import Crypto

/// A person on this device: the secret keys of PROTOCOL §1, one for each job.
public struct Identity: ~Copyable, Sendable {
    /// Signs certificates: the person.
    public let person: Ed25519.KeyPair
    /// Certified by the person, and certifies it: this device.
    public let device: Ed25519.KeyPair
    /// The Noise static key.
    public let noiseStatic: SecretBytes
    /// Opens what is left in a mailbox for us.
    public let mailbox: SecretBytes
    /// Opens what is stored for us (age X25519).
    public let storage: SecretBytes
    /// Signs other parties' checkpoints.
    public let cosigner: Ed25519.KeyPair

    /// The name that contacts are shown.
    public let name: String

    /// The public half of `noiseStatic`.
    public let noisePublic: Bytes32
    /// The public half of `mailbox`.
    public let mailboxPublic: Bytes32
    /// The public half of `storage`: an age X25519 recipient.
    public let storagePublic: Bytes32

    /// Names are at most this many bytes of UTF-8.
    public static let longestName = 64

    private static let seedCount = 6

    /// Who we are.
    public var peer: PeerID { PeerID(key: person.publicKey) }

    /// A new identity from fresh chance. `name` is cut to what fits.
    public static func create(name: String, using random: inout SeededRandom) -> Identity {
        let seeds = random.secretBytes(seedCount * 32)
        return seeds.withBytes { Identity(seeds: $0, name: String(name.prefix(ofUTF8: longestName))) }
    }

    /// The identity whose `encoded` form is `secret`; nil when it is not one.
    public init?(decoding secret: borrowing SecretBytes) {
        let decoded = secret.withBytes { bytes -> Identity? in
            let seedBytes = Self.seedCount * 32
            guard bytes.byteCount >= 1 + seedBytes, bytes.byte(at: 0) == Self.formatVersion,
                bytes.byteCount <= 1 + seedBytes + Self.longestName
            else { return nil }
            let seeds = bytes.extracting(1..<1 + seedBytes)
            let name = [UInt8](bytes.extracting((1 + seedBytes)..<bytes.byteCount))
            guard let text = String(validating: name, as: UTF8.self) else { return nil }
            return Identity(seeds: seeds, name: text)
        }
        guard let decoded else { return nil }
        self = decoded
    }

    private static let formatVersion: UInt8 = 1

    private init(seeds: RawSpan, name: String) {
        func seed(_ index: Int) -> SecretBytes {
            SecretBytes(copying: seeds.extracting(index * 32..<(index + 1) * 32))
        }
        person = Ed25519.KeyPair(seed: seed(0))
        device = Ed25519.KeyPair(seed: seed(1))
        noiseStatic = seed(2)
        mailbox = seed(3)
        storage = seed(4)
        cosigner = Ed25519.KeyPair(seed: seed(5))
        noisePublic = X25519.publicKey(of: noiseStatic)
        mailboxPublic = X25519.publicKey(of: mailbox)
        storagePublic = X25519.publicKey(of: storage)
        self.name = name
    }

    /// All secrets and the name, for the key file: version ‖ person, device, Noise, mailbox, storage, cosigner ‖ name.
    public var encoded: SecretBytes {
        let nameBytes = Array(name.utf8)
        return SecretBytes(byteCount: 1 + Self.seedCount * 32 + nameBytes.count) { out in
            out.write([Self.formatVersion].rawSpan, at: 0)
            person.withSeed { out.write($0, at: 1) }
            device.withSeed { out.write($0, at: 33) }
            noiseStatic.withBytes { out.write($0, at: 65) }
            mailbox.withBytes { out.write($0, at: 97) }
            storage.withBytes { out.write($0, at: 129) }
            cosigner.withSeed { out.write($0, at: 161) }
            out.write(nameBytes.rawSpan, at: 193)
        }
    }
}

extension String {
    /// The longest beginning of at most `count` bytes of UTF-8 that cuts no character.
    public func prefix(ofUTF8 count: Int) -> Substring {
        var end = startIndex
        var length = 0
        while end < endIndex {
            let next = index(after: end)
            length += self[end..<next].utf8.count
            guard length <= count else { break }
            end = next
        }
        return self[..<end]
    }
}
