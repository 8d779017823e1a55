import Age
import Basics
import Crypto
import Testing

@Suite struct AgeFileTests {
    @Test("what is sealed opens again, whatever its length", arguments: [0, 1, 16, 65_535, 65_536, 65_537, 200_000])
    func roundTrip(byteCount: Int) throws {
        var random = SeededRandom(seed: UInt64(byteCount))
        let identity = AgeIdentity(random.secretBytes(32))
        let recipient = identity.recipient
        let plaintext = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let file = AgeFile.seal(plaintext.rawSpan, to: [recipient], using: &random)
        #expect(try AgeFile.open(file, with: identity) == plaintext)
    }

    @Test func eachRecipientOpensTheSameFile() throws {
        var random = SeededRandom(seed: 2)
        let first = AgeIdentity(random.secretBytes(32)), second = AgeIdentity(random.secretBytes(32))
        let stranger = AgeIdentity(random.secretBytes(32))
        let recipients = [first.recipient, second.recipient]
        let file = AgeFile.seal([1, 2, 3].rawSpan, to: recipients, using: &random)
        #expect(try AgeFile.open(file, with: first) == [1, 2, 3])
        #expect(try AgeFile.open(AgeArmor.encode(file), with: second) == [1, 2, 3])
        #expect(throws: AgeError.noMatch) { try AgeFile.open(file, with: stranger) }
    }

    @Test func aPassphraseOpensItsFile() throws {
        var random = SeededRandom(seed: 3)
        func secret(_ text: String) -> SecretBytes { SecretBytes(copying: Array(text.utf8).rawSpan) }
        guard var encryptor = AgeEncryptor(passphrase: secret("correct horse"), workFactor: 10, using: &random) else {
            Issue.record("there is memory for 2^10")
            return
        }
        let file = encryptor.update([7, 8, 9]) + encryptor.finish()
        #expect(try AgeFile.open(file, passphrase: secret("correct horse")) == [7, 8, 9])
        #expect(throws: AgeError.noMatch) { try AgeFile.open(file, passphrase: secret("wrong horse")) }
    }

    @Test func aSecretIsSealedAndOpenedInLockedMemory() throws {
        var random = SeededRandom(seed: 4)
        let identity = AgeIdentity(random.secretBytes(32)), secret = random.secretBytes(32)
        let file = AgeFile.seal(secret, to: [identity.recipient], using: &random)
        let opened = try AgeFile.openSecret(file, with: identity)
        #expect(opened.withBytes { secret.isEqual(to: $0) })
        #expect(try AgeFile.open(file, with: identity) == secret.withBytes { [UInt8]($0) })
    }

    @Test func noBitOfAFileIsFree() throws {
        var random = SeededRandom(seed: 5)
        let key = random.secretBytes(32)
        let recipient = AgeIdentity(key.copy()).recipient
        let file = AgeFile.seal([1, 2, 3, 4].rawSpan, to: [recipient], using: &random)
        for offset in file.indices {
            for bit in 0..<8 {
                var changed = file
                changed[offset] ^= 1 << bit
                #expect(throws: AgeError.self, "byte \(offset), bit \(bit)") {
                    try AgeFile.open(changed, with: AgeIdentity(key.copy()))
                }
            }
        }
    }

    @Test func noCutFileOpens() throws {
        var random = SeededRandom(seed: 6)
        let key = random.secretBytes(32)
        let recipient = AgeIdentity(key.copy()).recipient
        let file = AgeFile.seal([UInt8](repeating: 5, count: 70_000).rawSpan, to: [recipient], using: &random)
        for count in Array(0..<400) + [65_000, 65_800, file.count - 17, file.count - 1] {
            #expect(throws: AgeError.self, "\(count) bytes") {
                try AgeFile.open(Array(file[..<count]), with: AgeIdentity(key.copy()))
            }
        }
    }

    @Test func aHeaderOfAnyLengthIsNotReadToItsEnd() throws {
        var random = SeededRandom(seed: 8)
        let key = random.secretBytes(32)
        let recipient = AgeIdentity(key.copy()).recipient
        let few = AgeFile.seal([1].rawSpan, to: Array(repeating: recipient, count: 2000), using: &random)
        #expect(try AgeFile.open(few, with: AgeIdentity(key.copy())) == [1])
        let many = AgeFile.seal([1].rawSpan, to: Array(repeating: recipient, count: 3000), using: &random)
        #expect(throws: AgeError.header("the header is too long")) {
            try AgeFile.open(many, with: AgeIdentity(key.copy()))
        }
    }

    @Test func keysHaveTheTextsOfTheSpecification() throws {
        let text = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
        guard let identity = AgeIdentity(text) else {
            Issue.record("the specification's example is read")
            return
        }
        #expect(identity.exported() == text)
        let recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
        #expect(identity.recipient.description == recipient)
        #expect(AgeRecipient(recipient)?.description == recipient)
        #expect(AgeRecipient(recipient.replacing("zvky", with: "zvkx")) == nil)
        #expect(AgeRecipient(recipient.uppercased()) == nil)
        #expect(AgeRecipient("") == nil && AgeRecipient("age1") == nil && AgeRecipient("age1é") == nil)
    }

    @Test func streamingInOddPiecesGivesTheSameFile() throws {
        var random = SeededRandom(seed: 7), again = SeededRandom(seed: 7)
        let identity = AgeIdentity(random.secretBytes(32)), key = again.secretBytes(32)
        let recipient = identity.recipient
        let plaintext = (0..<150_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let whole = AgeFile.seal(plaintext.rawSpan, to: [recipient], using: &random)
        var encryptor = AgeEncryptor(to: [recipient], using: &again)
        var file: [UInt8] = []
        for start in stride(from: 0, to: plaintext.count, by: 40_009) {
            file += encryptor.update(plaintext[start..<min(start + 40_009, plaintext.count)])
        }
        file += encryptor.finish()
        #expect(file == whole)
        var decryptor = AgeDecryptor(with: AgeIdentity(key))
        var opened: [UInt8] = []
        for byte in file { opened += try decryptor.update([byte]) }
        opened += try decryptor.finish()
        #expect(opened == plaintext)
    }
}
