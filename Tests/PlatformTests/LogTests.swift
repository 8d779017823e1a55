import Basics
import Testing

@testable import Platform

@Suite struct LogTests {
    @Test func underSystemdTheLevelStandsBeforeTheLine() {
        #expect(Log.format(.warning, "disk full", forJournal: true) == "<4>disk full\n")
        #expect(Log.format(.warning, "disk full", forJournal: false) == "disk full\n")
    }

    @Test func aTextCannotForgeALine() {
        let line = Log.format(.info, "name\n<0>panic\u{1B}[2J", forJournal: true)
        #expect(line == "<6>name\u{FFFD}<0>panic\u{FFFD}[2J\n")
    }

    @Test func aRedactedValueIsNotShown() {
        #expect(Log.format(.info, "from \(Redacted("192.0.2.1"))", forJournal: false) == "from [redacted]\n")
    }

    @Test func whatIsBelowTheThresholdIsNotEvenFormed() {
        var isFormed = false
        func text() -> String {
            isFormed = true
            return ""
        }
        Log.debug(text())
        #expect(!isFormed)
    }
}
