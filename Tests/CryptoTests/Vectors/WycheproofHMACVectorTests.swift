import Basics
import Crypto
import TestSupport
import Testing

@Suite(.enabled(if: Vectors.folder("wycheproof") != nil, "PARLEY_VECTORS is not set"))
struct WycheproofHMACVectorTests {
    private struct Group: Decodable {
        let tests: [Case]
    }

    private struct Case: Decodable {
        let tcId: Int
        let key, msg, tag: HexBytes
        let result: WycheproofResult
    }

    @Test func hmacSHA256FollowsWycheproof() throws { try check(HMAC<SHA256>.self, "hmac_sha256_test.json") }

    @Test func hmacSHA512FollowsWycheproof() throws { try check(HMAC<SHA512>.self, "hmac_sha512_test.json") }

    /// Half of the cases publish the first half of a code: it is compared with the first half of ours.
    private func check<Hash>(_ hmac: HMAC<Hash>.Type, _ name: String) throws {
        let file = try WycheproofFile<Group>(name)
        var tally = VectorTally()
        for test in file.testGroups.flatMap(\.tests) {
            let key = SecretBytes(copying: test.key.bytes.rawSpan)
            let code = HMAC<Hash>.authenticate(test.msg.bytes.rawSpan, key: key)
            let isPublished = code.withBytes {
                ConstantTime.isEqual($0.extracting(first: test.tag.bytes.count), test.tag.bytes.rawSpan)
            }
            tally.record("\(name) \(test.tcId)", isPublished == (test.result == .valid))
        }
        tally.report("wycheproof/\(name)")
        #expect(tally.failures.isEmpty)
        #expect(tally.count == file.numberOfTests)
    }
}
