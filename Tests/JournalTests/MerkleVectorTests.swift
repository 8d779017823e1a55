import Basics
import Foundation
import Journal
import TestSupport
import Testing

@Suite(.enabled(if: Vectors.folder("merkle") != nil, "PARLEY_VECTORS is not set"))
struct MerkleVectorTests {
    @Test func everyProofIsJudgedAsItsFileSays() throws {
        let folder = try #require(Vectors.folder("merkle"))
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        var passed = 0, failed = 0
        while let url = files?.nextObject() as? URL {
            guard url.pathExtension == "json" else { continue }
            let vector = try JSONValue(parsing: [UInt8](try Data(contentsOf: url)).rawSpan)
            let kind = url.pathComponents[folder.pathComponents.count]
            let isExpected = vector["wantErr"]?.bool != true
            if MerkleVector(vector).holds(kind) == isExpected {
                passed += 1
            } else {
                failed += 1
                Issue.record("\(url.path): expected \(isExpected)")
            }
        }
        Vectors.report("merkle", passed: passed, failed: failed)
        #expect(failed == 0 && passed > 300)
    }
}

/// The numbers and hashes of one file. A hash of the wrong length makes the whole proof unreadable.
private struct MerkleVector {
    let fields: JSONValue

    init(_ fields: JSONValue) { self.fields = fields }

    func holds(_ kind: String) -> Bool {
        var proof: [Bytes32] = []
        for text in fields["proof"]?.array ?? [] {
            guard let bytes = text.string.flatMap(BaseEncoding.base64.decode), let hash = Bytes32(bytes) else {
                return false
            }
            proof.append(hash)
        }
        let inclusion = InclusionProof(hashes: proof), consistency = ConsistencyProof(hashes: proof)
        switch kind {
        case "inclusion":
            guard let leaf = hash("leafHash"), let root = root("root") else { return false }
            return inclusion.holds(for: leaf, at: number("leafIdx"), size: number("treeSize"), root: root)
        case "subtreeinclusion":
            guard let leaf = hash("leafHash"), let root = root("root"), let range else { return false }
            return inclusion.holds(for: leaf, at: number("leafIdx"), subtree: range, root: root)
        case "consistency":
            guard let old = root("root1"), let new = root("root2") else { return false }
            return consistency.holds(from: number("size1"), old, to: number("size2"), new)
        case "subtreeconsistency":
            guard let old = root("root1"), let new = root("root2"), let range else { return false }
            return consistency.holds(fromSubtree: range, old, to: number("size"), new)
        default:
            Issue.record("unknown kind of proof: \(kind)")
            return false
        }
    }

    private var range: Range<UInt64>? {
        let start = number("start"), end = number("end")
        return start <= end ? start..<end : nil
    }

    private func number(_ name: String) -> UInt64 {
        UInt64(fields[name]?.number?.text ?? "0") ?? 0
    }

    private func hash(_ name: String) -> Bytes32? {
        guard let text = fields[name]?.string else { return nil }
        return BaseEncoding.base64.decode(text).flatMap { Bytes32($0) }
    }

    /// Where only equality counts, some files write roots of other lengths: each stands for a root of its own.
    private func root(_ name: String) -> Bytes32? {
        hash(name) ?? fields[name]?.string.map { MerkleTree.leafHash(Array($0.utf8).rawSpan) }
    }
}
