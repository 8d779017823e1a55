import Basics
import Crypto
import TestSupport
import Testing

@Suite(.enabled(if: Vectors.folder("wycheproof") != nil, "PARLEY_VECTORS is not set"))
struct WycheproofAEADVectorTests {
    private struct Group: Decodable {
        let tests: [Case]
    }

    private struct Case: Decodable {
        let tcId: Int
        let key, iv, aad, msg, ct, tag: HexBytes
        let result: WycheproofResult
    }

    @Test func chaChaPolyFollowsWycheproof() throws { try check(ChaChaPoly.self, "chacha20_poly1305_test.json") }

    @Test func xChaChaPolyFollowsWycheproof() throws { try check(XChaChaPoly.self, "xchacha20_poly1305_test.json") }

    @Test(.enabled(if: AES256GCM.isAvailable, "this processor has no AES instructions"))
    func aes256GCMFollowsWycheproof() throws { try check(AES256GCM.self, "aes_gcm_test.json") }

    private func check<Cipher: AEAD>(_ cipher: Cipher.Type, _ name: String) throws {
        let file = try WycheproofFile<Group>(name)
        var tally = VectorTally()
        for test in file.testGroups.flatMap(\.tests) {
            guard test.key.bytes.count == Cipher.keyByteCount else {
                tally.skip("with a key of another length")
                continue
            }
            guard test.iv.bytes.count == Cipher.nonceByteCount else {
                tally.skip("with a nonce of another length")
                continue
            }
            tally.record("\(name) \(test.tcId)", holds(test, for: cipher))
        }
        tally.report("wycheproof/\(name)")
        #expect(tally.failures.isEmpty)
        #expect(tally.count == file.numberOfTests)
    }

    private func holds<Cipher: AEAD>(_ test: Case, for cipher: Cipher.Type) -> Bool {
        let key = SecretBytes(copying: test.key.bytes.rawSpan)
        let published = test.ct.bytes + test.tag.bytes
        let opened = Cipher.open(published, nonce: test.iv.bytes, associatedData: test.aad.bytes, key: key)
        let sealed = Cipher.seal(test.msg.bytes, nonce: test.iv.bytes, associatedData: test.aad.bytes, key: key)
        switch test.result {
        case .valid: return opened == test.msg.bytes && sealed == published
        case .invalid: return opened == nil && sealed != published
        case .acceptable: return false  // no such case is published
        }
    }
}
