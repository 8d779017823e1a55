import Basics
import Foundation
import TestSupport
import Testing

/// The cases of nst/JSONTestSuite: `y_` is read, `n_` is refused, `i_` is ours to choose.
@Suite(.enabled(if: Vectors.folder("jsontestsuite") != nil, "PARLEY_VECTORS is not set"))
struct JSONTestSuiteVectorTests {
    /// The suite counts a repeated name as legal; by default we refuse it.
    private func isRead(_ file: URL) throws -> Bool {
        var rules = JSONReadingRules()
        rules.duplicateNames = .lastCounts
        let bytes = [UInt8](try Data(contentsOf: file))
        return (try? JSONValue(parsing: bytes, by: rules)) != nil
    }

    private func files(_ folder: String) throws -> [URL] {
        let root = try #require(Vectors.folder("jsontestsuite")).appendingPathComponent(folder)
        return try FileManager.default.contentsOfDirectory(at: root, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }
    }

    @Test func everyLegalTextIsReadAndEveryIllegalOneRefused() throws {
        var passed = 0, failed = 0, choices: [Bool: Int] = [:]
        for file in try files("test_parsing") {
            let name = file.lastPathComponent, isRead = try isRead(file)
            if name.hasPrefix("i_") {
                choices[isRead, default: 0] += 1
            } else if name.hasPrefix("y_") == isRead {
                passed += 1
            } else {
                failed += 1
                Issue.record("\(name) was \(isRead ? "read" : "refused")")
            }
        }
        Vectors.report(
            "jsontestsuite/test_parsing", passed: passed, failed: failed,
            notForUs: [
                "left open by RFC 8259, read": choices[true, default: 0],
                "left open by RFC 8259, refused": choices[false, default: 0],
            ])
        #expect(passed > 0 && failed == 0)
    }

    @Test func whatIsReadIsWrittenAndReadTheSame() throws {
        var passed = 0, failed = 0, refused = 0
        var rules = JSONReadingRules()
        rules.duplicateNames = .lastCounts
        for file in try files("test_parsing") + files("test_transform") {
            let bytes = [UInt8](try Data(contentsOf: file))
            guard let value = try? JSONValue(parsing: bytes, by: rules) else {
                refused += 1
                continue
            }
            let isSame = try JSONValue(parsing: value.text()) == value
            let isStable = try JSONValue(parsing: value.text(.canonical)).text(.canonical) == value.text(.canonical)
            if isSame && isStable { passed += 1 } else { failed += 1 }
            #expect(isSame && isStable, "\(file.lastPathComponent)")
        }
        Vectors.report(
            "jsontestsuite, written again", passed: passed, failed: failed, notForUs: ["not JSON to us": refused])
    }
}
