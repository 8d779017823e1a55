import Glibc
import Testing

@testable import parley

@Suite struct PlotStyleTests {
    /// WCAG 2.1 §1.4.3 and §1.4.11: 4.5 to 1 for text, 3 to 1 for lines; on light paper and on dark.
    @Test func everythingCanBeReadOnBothPapers() throws {
        let halves = PlotStyle.sheet.split(separator: "@media (prefers-color-scheme: dark)")
        try #require(halves.count == 2)
        for half in halves.map(String.init) {
            let paper = try colour(of: ".paper", in: half)
            for text in ["text, .ink", ".quiet, .tick, .axis, .facts"] {
                #expect(contrast(try colour(of: text, in: half), paper) >= 4.5, "\(text)")
            }
            for line in [".line.first", ".line.second", ".freeze, .key.stop"] {
                #expect(contrast(try colour(of: line, in: half), paper) >= 3, "\(line)")
            }
            // The two lines of a chart are told apart without seeing their hue.
            let first = try colour(of: ".line.first", in: half), second = try colour(of: ".line.second", in: half)
            #expect(contrast(first, second) >= 1.2)
        }
    }

    /// The luminance of a rule's colour.
    private func colour(of selector: String, in sheet: String) throws -> Double {
        let rule = try #require(sheet.split(separator: "\n").first { $0.hasPrefix("\(selector) {") })
        let digits = try #require(rule.split(separator: "#").last).prefix(6)
        let number = try #require(Int(digits, radix: 16))
        let parts = [number >> 16, number >> 8 & 255, number & 255].map { part -> Double in
            let share = Double(part) / 255
            return share <= 0.03928 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }

    private func contrast(_ left: Double, _ right: Double) -> Double {
        (max(left, right) + 0.05) / (min(left, right) + 0.05)
    }
}
