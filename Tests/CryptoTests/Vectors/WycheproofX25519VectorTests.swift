import Basics
import Crypto
import TestSupport
import Testing

@Suite(.enabled(if: Vectors.folder("wycheproof") != nil, "PARLEY_VECTORS is not set"))
struct WycheproofX25519VectorTests {
    private struct Group: Decodable {
        let tests: [Case]
    }

    private struct Case: Decodable {
        let tcId: Int
        let flags: [String]
        let `public`, `private`, shared: HexBytes
    }

    /// Every valid and acceptable case gives the published secret; an all-zero secret is refused, as RFC 7748 §6.1 lets.
    @Test func x25519FollowsWycheproofAndRefusesTheZeroSecret() throws {
        let file = try WycheproofFile<Group>("x25519_test.json")
        var tally = VectorTally()
        for test in file.testGroups.flatMap(\.tests) {
            let publicKey = try #require(Bytes32(test.public.bytes))
            let secret = X25519.sharedSecret(SecretBytes(copying: test.private.bytes.rawSpan), with: publicKey)
            let isPublished = secret?.isEqual(to: test.shared.bytes.rawSpan)
            let wanted: Bool? = test.flags.contains("ZeroSharedSecret") ? nil : true
            tally.record("x25519 \(test.tcId)", isPublished == wanted)
        }
        tally.report("wycheproof/x25519_test.json")
        #expect(tally.failures.isEmpty)
        #expect(tally.count == file.numberOfTests)
    }
}
