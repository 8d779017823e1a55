import Basics
import Crypto
import Mesh
import TestSupport
import Testing

@Suite struct IdentityTests {
    @Test(arguments: ["", "Ada", "Ж", String(repeating: "n", count: 64)])
    func anIdentityComesBackFromItsKeyFile(name: String) throws {
        let identity = Samples.identity(3, name: name)
        guard let read = Identity(decoding: identity.encoded) else { throw Unreadable() }
        let first = Certificate(of: identity, at: Samples.now), second = Certificate(of: read, at: Samples.now)
        #expect(first == second && read.name == name)
        let noise = read.noiseStatic.withBytes { identity.noiseStatic.isEqual(to: $0) }
        let mailbox = read.mailbox.withBytes { identity.mailbox.isEqual(to: $0) }
        let storage = read.storage.withBytes { identity.storage.isEqual(to: $0) }
        #expect(noise && mailbox && storage)
    }

    @Test func allKeysDiffer() {
        let identity = Samples.identity()
        let person = identity.person.publicKey, device = identity.device.publicKey
        let cosigner = identity.cosigner.publicKey
        let keys: Set = [
            person, device, cosigner, identity.noisePublic, identity.mailboxPublic, identity.storagePublic,
        ]
        #expect(keys.count == 6)
    }

    @Test func aLongNameIsCutBetweenCharacters() {
        let name = Samples.identity(name: String(repeating: "né", count: 40)).name
        #expect(name.utf8.count <= Identity.longestName && name.utf8.count > Identity.longestName - 3)
        #expect(name.hasSuffix("n") || name.hasSuffix("é"))
        #expect(Samples.identity(name: String(repeating: "👩‍👩‍👧‍👦", count: 9)).name == "👩‍👩‍👧‍👦👩‍👩‍👧‍👦")
    }

    @Test func otherBytesAreNoIdentity() {
        let good = Samples.identity().encoded.withBytes { [UInt8]($0) }
        for count in 0..<193 { #expect(!isIdentity(Array(good.prefix(count)))) }
        #expect(isIdentity(Array(good.prefix(193))))
        #expect(!isIdentity([2] + good.dropFirst()))
        #expect(!isIdentity(good + [0xFF]))
        #expect(!isIdentity(good.prefix(193) + [UInt8](repeating: 97, count: 65)))
    }

    private func isIdentity(_ bytes: [UInt8]) -> Bool { Identity(decoding: SecretBytes(copying: bytes.rawSpan)) != nil }

    private struct Unreadable: Error {}
}
