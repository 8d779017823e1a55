import Foundation
import TestSupport
import Testing

@Suite struct StyleTests {
    /// Layout, and documentation of every public declaration: the rules are in `.swift-format`.
    @Test func swiftFormatFindsNothing() throws {
        let lint = Process(), output = Pipe()
        lint.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        lint.arguments = ["swift", "format", "lint", "--strict", "--recursive", "Sources", "Tests", "Package.swift"]
        lint.currentDirectoryURL = Project.root
        lint.standardError = output
        try lint.run()
        let findings = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        lint.waitUntilExit()
        #expect(findings.isEmpty && lint.terminationStatus == 0, "\(findings)")
    }

    @Test func noFileIsMarkedAsUnfinished() throws {
        // Written in two halves, so that this file is not its own finding.
        let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK", "not " + "implemented", "Place" + "holder."]
        for path in try swiftFiles() {
            let text = try path + "\n" + Project.text(of: path)
            for word in words { #expect(!text.contains(word), "\(path) contains \(word)") }
        }
    }

    @Test func noSourceFileIsLongerThan600Lines() throws {
        for path in try Project.files(under: "Sources", suffix: ".swift") {
            let count = try Project.text(of: path).split(separator: "\n", omittingEmptySubsequences: false).count
            #expect(count <= 600, "\(path) has \(count) lines")
        }
    }

    private func swiftFiles() throws -> [String] {
        try ["Sources", "Tests"].flatMap { try Project.files(under: $0, suffix: ".swift") }
    }
}
