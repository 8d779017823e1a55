import Basics
import Crypto
import Testing

@Suite struct SignatureAndAgreementTests {
    @Test func bothSidesShareOneSecret() throws {
        var random = SeededRandom(seed: 1)
        let mine = random.secretBytes(32), theirs = random.secretBytes(32)
        let here = X25519.sharedSecret(mine, with: X25519.publicKey(of: theirs))
        let there = X25519.sharedSecret(theirs, with: X25519.publicKey(of: mine))
        guard let here, let there else { throw NoSecret() }
        let isSame = here.withBytes { there.isEqual(to: $0) }
        #expect(isSame)
    }

    @Test func aPointOfLowOrderSharesNothing() {
        var random = SeededRandom(seed: 2)
        let isRefused = X25519.sharedSecret(random.secretBytes(32), with: .zero) == nil
        #expect(isRefused)
    }

    @Test func aSignatureHoldsForItsMessageAndKeyOnly() {
        var random = SeededRandom(seed: 3)
        let pair = Ed25519.KeyPair(seed: random.secretBytes(32)), other = Ed25519.KeyPair(seed: random.secretBytes(32))
        let message = Array("consent".utf8)
        let signature = pair.sign(message.rawSpan)
        let again = pair.sign(message.rawSpan), stranger = other.sign(message.rawSpan)
        #expect(signature == again)
        #expect(isValid(signature, of: message, by: pair.publicKey))
        #expect(!isValid(signature, of: Array("dissent".utf8), by: pair.publicKey))
        #expect(!isValid(signature, of: message, by: other.publicKey))
        #expect(!isValid(stranger, of: message, by: pair.publicKey))
    }

    @Test func theSeedOfAKeyPairMakesItAgain() {
        var random = SeededRandom(seed: 4)
        let pair = Ed25519.KeyPair(seed: random.secretBytes(32))
        let again = pair.withSeed { Ed25519.KeyPair(seed: SecretBytes(copying: $0)) }
        #expect(again.publicKey == pair.publicKey)
    }

    @Test func aSignatureHasSixtyFourBytes() {
        for byteCount in 62...66 {
            let bytes = (0..<byteCount).map { UInt8($0) }
            let signature = Ed25519.Signature(bytes.rawSpan)
            #expect(signature?.array == (byteCount == 64 ? bytes : nil))
        }
    }

    private func isValid(_ signature: Ed25519.Signature, of message: [UInt8], by publicKey: Bytes32) -> Bool {
        Ed25519.isValid(signature, of: message.rawSpan, by: publicKey)
    }

    private struct NoSecret: Error {}
}
