import Basics
import Foundation
import TestSupport
import Testing

/// The samples of RFC 8785's author: `input`, its canonical `output`, and the same bytes in hexadecimal.
@Suite(.enabled(if: Vectors.folder("jcs") != nil, "PARLEY_VECTORS is not set"))
struct JCSVectorTests {
    @Test func canonicalFormIsTheOneOfTheRFC() throws {
        let root = try #require(Vectors.folder("jcs"))
        let inputs = try FileManager.default.contentsOfDirectory(atPath: root.path + "/input").sorted()
        var passed = 0, failed = 0
        for name in inputs {
            let stem = name.replacingOccurrences(of: ".json", with: "")
            let input = [UInt8](try Data(contentsOf: root.appendingPathComponent("input/\(name)")))
            let output = [UInt8](try Data(contentsOf: root.appendingPathComponent("output/\(name)")))
            let text = try String(contentsOf: root.appendingPathComponent("outhex/\(stem).txt"), encoding: .utf8)
            let hexadecimal = Hex.decode(text.filter { !$0.isWhitespace })
            let canonical = try JSONValue(parsing: input.rawSpan).encoded(.canonical)
            let isRight = canonical == output && canonical == hexadecimal
            if isRight { passed += 1 } else { failed += 1 }
            #expect(isRight, "\(name)")
        }
        Vectors.report("jcs", passed: passed, failed: failed)
        #expect(passed > 0)
    }
}
