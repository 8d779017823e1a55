import Basics
import Crypto
import TestSupport
import Testing

@Suite(.enabled(if: Vectors.folder("wycheproof") != nil, "PARLEY_VECTORS is not set"))
struct WycheproofHKDFVectorTests {
    private struct Group: Decodable {
        let tests: [Case]
    }

    private struct Case: Decodable {
        let tcId: Int
        let ikm, salt, info, okm: HexBytes
        let size: Int
        let result: WycheproofResult
    }

    @Test func hkdfSHA256FollowsWycheproof() throws { try check(HKDF<SHA256>.self, "hkdf_sha256_test.json") }

    @Test func hkdfSHA512FollowsWycheproof() throws { try check(HKDF<SHA512>.self, "hkdf_sha512_test.json") }

    /// The invalid cases ask for more than there can be, which `maximumByteCount` tells beforehand.
    private func check<Hash>(_ hkdf: HKDF<Hash>.Type, _ name: String) throws {
        let file = try WycheproofFile<Group>(name)
        var tally = VectorTally()
        for test in file.testGroups.flatMap(\.tests) {
            let isPossible = test.size <= HKDF<Hash>.maximumByteCount
            let isPublished = isPossible && output(of: test, by: hkdf) == test.okm.bytes
            tally.record("\(name) \(test.tcId)", isPublished == (test.result == .valid))
        }
        tally.report("wycheproof/\(name)")
        #expect(tally.failures.isEmpty)
        #expect(tally.count == file.numberOfTests)
    }

    private func output<Hash>(of test: Case, by hkdf: HKDF<Hash>.Type) -> [UInt8] {
        HKDF<Hash>.derive(
            salt: test.salt.bytes.rawSpan, inputKeyMaterial: test.ikm.bytes.rawSpan, info: test.info.bytes.rawSpan,
            byteCount: test.size
        ).withBytes { [UInt8]($0) }
    }
}
