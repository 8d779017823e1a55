import Basics
import Crypto
import Mesh
import TestSupport

/// Values that the tests of this module share.
enum Samples {
    static let now = WallTime(milliseconds: 1_790_000_000_123)

    static func identity(_ seed: UInt64 = 1, name: String = "Ada") -> Identity {
        var random = SeededRandom(seed: seed)
        return Identity.create(name: name, using: &random)
    }

    static func certificate(_ seed: UInt64 = 1, at now: WallTime = now) -> Certificate {
        Certificate(of: identity(seed), at: now)
    }

    static func key(_ number: UInt8) -> Bytes32 { Bytes32([UInt8](repeating: number, count: 32)) ?? .zero }

    static func peer(_ number: UInt8) -> PeerID { PeerID(key: key(number)) }

    static func secret(_ byteCount: Int = 32) -> SharedSecret {
        SharedSecret(SecretBytes(copying: [UInt8](repeating: 7, count: byteCount).rawSpan))
    }

    static func address(_ text: String) -> SocketAddress {
        SocketAddress(text) ?? SocketAddress(IPAddress(v4: 0), port: 0)
    }

    static func contact(_ number: UInt8, name: String = "Ada", devices: Int = 1) -> Contact {
        func device(_ index: Int) -> ContactDevice {
            let noiseStatic = Bytes32([number, UInt8(index)] + [UInt8](repeating: 9, count: 30)) ?? .zero
            return ContactDevice(
                noiseStatic: noiseStatic, pairing: index == 0 ? secret() : nil, addresses: [address("192.0.2.1:4500")])
        }
        var contact = Contact(
            peer: peer(number), name: name, device: device(0), added: WallTime(milliseconds: 1_790_000_000_000),
            subject: "subject-\(number)")
        for index in 1..<max(devices, 1) {
            let more = device(index)
            contact.devices[more.noiseStatic] = more
        }
        return contact
    }

    /// `bytes` with a few of them changed, cut or lengthened.
    static func mutated(_ bytes: [UInt8], using random: inout SplitMix) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            bytes[index] = UInt8.random(in: 0...255, using: &random)
        }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
        case 1:
            bytes += (0..<Int.random(in: 0...9, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        default: break
        }
        return bytes
    }

    /// Bytes that mean nothing.
    static func noise(using random: inout SplitMix) -> [UInt8] {
        (0..<Int.random(in: 0...200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    }
}
