import Basics
import Crypto
import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: Vectors.folder("ed25519-cctv") != nil, "PARLEY_VECTORS is not set"))
struct CCTVEd25519VectorTests {
    private struct Case: Decodable {
        let number: Int
        let key, sig: HexBytes
        let msg: String
        let flags: Set<String>?

        /// What we accept among keys and signatures that stretch the rules: points of full order, in their one
        /// encoding, whose low-order parts cancel out without the cofactor. A part of low order alone is no fault.
        var isOurs: Bool { (flags ?? []).isSubset(of: ["low_order_component_A", "low_order_component_R"]) }
    }

    @Test func edgeCasesOfEd25519AreJudgedByOneRule() throws {
        let folder = try #require(Vectors.folder("ed25519-cctv"))
        let data = try Data(contentsOf: folder.appendingPathComponent("ed25519vectors.json"))
        let cases = try JSONDecoder().decode([Case].self, from: data)
        var tally = VectorTally()
        for test in cases {
            let publicKey = try #require(Bytes32(test.key.bytes))
            let published = Ed25519.Signature(test.sig.bytes.rawSpan)
            let signature = try #require(published)
            let isValid = Ed25519.isValid(signature, of: Array(test.msg.utf8).rawSpan, by: publicKey)
            tally.record("cctv \(test.number) \(test.flags ?? [])", isValid == test.isOurs)
        }
        tally.report("ed25519-cctv")
        #expect(tally.failures.isEmpty)
        #expect(tally.count == cases.count)
    }
}
