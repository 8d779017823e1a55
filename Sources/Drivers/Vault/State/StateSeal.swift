import Basics
import Crypto

/// Hides the names and values of a store from who has the file and not the key.
///
/// A row shows keyed hashes of its namespace and name, and `24 nonce | ciphertext | 16 tag` of `4 key length | key |
/// value`. Both hashes are the associated data: no value can be moved to another row unnoticed.
struct StateSeal: ~Copyable {
    private let sealing: SecretBytes
    private let naming: SecretBytes
    private var random = SeededRandom(seed: SystemEntropy.seed())

    /// A key and its value.
    typealias Entry = (key: [UInt8], value: [UInt8])

    /// Derives the keys of a store from its one secret.
    init(key: consuming SecretBytes) {
        sealing = Self.derive("parley/1 store seal", from: key)
        naming = Self.derive("parley/1 store name", from: key)
    }

    private static func derive(_ label: String, from key: borrowing SecretBytes) -> SecretBytes {
        key.withBytes {
            HKDF<SHA256>.derive(
                salt: RawSpan(), inputKeyMaterial: $0, info: Array(label.utf8).rawSpan,
                byteCount: XChaChaPoly.keyByteCount)
        }
    }

    /// What stands for a namespace.
    func hash(namespace: String) -> [UInt8] { hash(namespace, key: nil) }

    /// What stands for a key in a namespace.
    func hash(namespace: String, key: [UInt8]) -> [UInt8] { hash(namespace, key: key) }

    private func hash(_ namespace: String, key: [UInt8]?) -> [UInt8] {
        var writer = ByteWriter()
        writer.uint8(key == nil ? 0 : 1)
        writer.littleEndian(UInt32(namespace.utf8.count))
        writer.append(namespace.utf8)
        writer.append(key ?? [])
        return naming.withBytes { BLAKE2b.hash(writer.bytes.rawSpan, byteCount: 32, key: $0) }
    }

    /// Seals an entry for the row with these hashes.
    mutating func seal(_ entry: Entry, namespace: [UInt8], name: [UInt8]) -> [UInt8] {
        let nonce = random.bytes(XChaChaPoly.nonceByteCount)
        var plaintext = ByteWriter(capacity: 4 + entry.key.count + entry.value.count)
        plaintext.littleEndian(UInt32(entry.key.count))
        plaintext.append(entry.key)
        plaintext.append(entry.value)
        return nonce + XChaChaPoly.seal(plaintext.bytes, nonce: nonce, associatedData: namespace + name, key: sealing)
    }

    /// The entry in the row with these hashes; nil when it was not sealed for it.
    func open(_ sealed: [UInt8], namespace: [UInt8], name: [UInt8]) -> Entry? {
        let nonce = Array(sealed.prefix(XChaChaPoly.nonceByteCount))
        let ciphertext = Array(sealed.dropFirst(nonce.count))
        guard nonce.count == XChaChaPoly.nonceByteCount, ciphertext.count >= XChaChaPoly.tagByteCount,
            let plaintext = XChaChaPoly.open(ciphertext, nonce: nonce, associatedData: namespace + name, key: sealing)
        else { return nil }
        var reader = ByteReader(plaintext.rawSpan)
        guard let count = try? reader.littleEndian(UInt32.self), let key = try? reader.array(Int(count)) else {
            return nil
        }
        return (key, [UInt8](reader.rest))
    }
}
