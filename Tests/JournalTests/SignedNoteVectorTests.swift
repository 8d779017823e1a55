import Basics
import Foundation
import Journal
import TestSupport
import Testing

@Suite(.enabled(if: Vectors.folder("signed-note") != nil, "PARLEY_VECTORS is not set"))
struct SignedNoteVectorTests {
    @Test func everyNoteIsJudgedAsItsFileSays() throws {
        let folder = try #require(Vectors.folder("signed-note"))
        var passed = 0, failed = 0
        func check(_ name: String, _ isAsExpected: Bool) {
            if isAsExpected { passed += 1 } else { failed += 1 }
            #expect(isAsExpected, "\(name)")
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        where name.hasSuffix(".json") {
            let url = folder.appendingPathComponent(name)
            let file = try JSONValue(parsing: [UInt8](try Data(contentsOf: url)).rawSpan)
            for note in file["notes"]?.array ?? [] {
                check(note["id"]?.string ?? "", SignedNoteVector(note).isJudgedRight)
            }
            for key in file["verifier_keys"]?.array ?? [] {
                let text = try #require(key["vkey"]?.string)
                check(text, (VerifierKey(text)?.description == text) == key["valid"]?.bool)
            }
            for vector in file["signing"]?.array ?? [] { check("signing", try signs(vector)) }
            check("cosigned", try readsCosignedCheckpoint(try #require(file["cosigned_checkpoint_example"]?.string)))
        }
        Vectors.report("signed-note", passed: passed, failed: failed)
        #expect(failed == 0 && passed > 10)
    }

    private func signs(_ vector: JSONValue) throws -> Bool {
        let signed = try #require(vector["signed_hex"]?.string.flatMap { Hex.decode($0) })
        let note = try SignedNote(parsing: signed)
        let keys = [SignedNoteVector.peter, SignedNoteVector.enoch].compactMap { VerifierKey($0) }
        return try note.text == vector["text"]?.string && note.encoded == signed && !note.verified(by: keys).isEmpty
    }

    /// Its keys are not published: what can be read is read, and written back to the same bytes.
    private func readsCosignedCheckpoint(_ text: String) throws -> Bool {
        let bytes = Array(text.utf8) + (text.hasSuffix("\n") ? [] : [0x0a])
        let note = try SignedNote(parsing: bytes)
        let checkpoint = try #require(Checkpoint(note.text))
        let cosignature = try #require(Cosignature(note.signatures[1]))
        return note.encoded == bytes && checkpoint.size == 20_852_163 && checkpoint.text == note.text
            && checkpoint.origin == "example.com/behind-the-sofa" && cosignature.timestamp == 1_679_315_147
    }
}

/// A note, the keys that are known, and what is to be found.
private struct SignedNoteVector {
    static let peter = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    static let enoch = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"

    let fields: JSONValue

    init(_ fields: JSONValue) { self.fields = fields }

    var isJudgedRight: Bool {
        guard let bytes = fields["message_hex"]?.string.flatMap({ Hex.decode($0) }) else { return false }
        let keys = (fields["verifier_keys"]?.array ?? []).compactMap { $0.string.flatMap { VerifierKey($0) } }
        do throws(SignedNote.Failure) {
            let note = try SignedNote(parsing: bytes)
            let names = try note.verified(by: keys).map(\.name)
            return fields["result"] == "ok" && names == fields["verified"]?.array?.compactMap(\.string)
        } catch {
            return switch error {
            case .malformed: fields["result"] == "malformed"
            case .unverified: fields["result"] == "unverified"
            case .ambiguousKey, .invalidSignature: fields["result"] == "error"
            }
        }
    }
}
