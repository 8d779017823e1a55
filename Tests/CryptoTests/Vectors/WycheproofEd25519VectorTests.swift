import Basics
import Crypto
import TestSupport
import Testing

@Suite(.enabled(if: Vectors.folder("wycheproof") != nil, "PARLEY_VECTORS is not set"))
struct WycheproofEd25519VectorTests {
    private struct Group: Decodable {
        struct PublicKey: Decodable {
            let pk: HexBytes
        }

        let publicKey: PublicKey
        let tests: [Case]
    }

    private struct Case: Decodable {
        let tcId: Int
        let msg, sig: HexBytes
        let result: WycheproofResult
    }

    /// A signature of another length than 64 bytes is no `Signature`, which refuses it.
    @Test func ed25519FollowsWycheproof() throws {
        let file = try WycheproofFile<Group>("ed25519_test.json")
        var tally = VectorTally()
        for group in file.testGroups {
            let publicKey = try #require(Bytes32(group.publicKey.pk.bytes))
            for test in group.tests {
                let signature = Ed25519.Signature(test.sig.bytes.rawSpan)
                let isValid = signature.map { Ed25519.isValid($0, of: test.msg.bytes.rawSpan, by: publicKey) } ?? false
                tally.record("ed25519 \(test.tcId)", isValid == (test.result == .valid))
            }
        }
        tally.report("wycheproof/ed25519_test.json")
        #expect(tally.failures.isEmpty)
        #expect(tally.count == file.numberOfTests)
    }
}
