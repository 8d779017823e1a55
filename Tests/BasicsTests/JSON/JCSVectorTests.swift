import Basics
import Crypto
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
            let canonical = try JSONValue(parsing: input).encoded(.canonical)
            let isRight = canonical == output && canonical == hexadecimal
            if isRight { passed += 1 } else { failed += 1 }
            #expect(isRight, "\(name)")
        }
        Vectors.report("jcs", passed: passed, failed: failed)
        #expect(passed > 0)
    }

    /// `README.md` tells how to make the author's number file and the hash of its first 10,000 lines.
    @Test func tenThousandNumbersAreWrittenAsECMAScriptDoes() throws {
        let readme = try String(
            contentsOf: #require(Vectors.folder("jcs")).appendingPathComponent("README.md"), encoding: .utf8)
        let literals = readme.matches(of: #/0x([0-9a-f]{16})n[,\n]/#).compactMap { UInt64($0.1, radix: 16) }
        let hash = try #require(readme.firstMatch(of: #/\| ([0-9a-f]{64}) \| 10000 /#)).1
        let serial = (0..<2000).map { 0x0010_0000_0000_0000 + UInt64($0) }
        var numbers = (literals + serial).map(Double.init(bitPattern:))
        var block = [UInt8](repeating: 0, count: 32)
        while numbers.count < 10_000 {
            block = SHA256.hash(block.rawSpan).array
            for index in 0..<4 {
                let bytes = block[index * 8..<index * 8 + 8]
                let number = Double(bitPattern: bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) })
                if number != 0 && number.isFinite { numbers.append(number) }
            }
        }
        let lines = try numbers.prefix(10_000).map { number in
            try String(number.bitPattern, radix: 16) + "," + #require(JSONNumber(number)).canonicalText + "\n"
        }
        let isRight = Hex.encode(SHA256.hash(Array(lines.joined().utf8).rawSpan).array) == hash
        Vectors.report("jcs, numbers", passed: isRight ? lines.count : 0, failed: isRight ? 0 : lines.count)
        #expect(isRight)
    }
}
