import Basics
import Journal
import JournalTestSupport
import Testing

@Suite struct JournalQueryTests {
    @Test func eachConditionNarrowsTheAnswer() throws {
        var bench = JournalBench(seed: 1)
        try bench.appendCalls(32)
        bench.stop()
        let all = try JournalQuery().entries(in: bench.disk)
        #expect(all.map(\.entry.sequence) == Array(0..<all.count))

        var query = JournalQuery()
        query.events = ["call"]
        let calls = try query.entries(in: bench.disk)
        #expect(calls.count == 20 && calls.allSatisfy { $0.entry.event.hasPrefix("call.") })
        query.events = ["call.end", "rekey"]
        #expect(try query.entries(in: bench.disk).count == 8)
        query.call = all[9].entry.call
        #expect(try query.entries(in: bench.disk).count == 2)
        query = JournalQuery()
        query.contact = all[1].entry.fields["contact"]?.string.flatMap { SubjectID($0) }
        #expect(try query.entries(in: bench.disk).count == 28)
        query = JournalQuery()
        query.since = all[10].entry.time
        query.until = all[12].entry.time
        #expect(try query.entries(in: bench.disk).map(\.entry.sequence) == [10, 11])
        query = JournalQuery()
        query.firstSequence = 5
        query.limit = 3
        #expect(try query.entries(in: bench.disk).map(\.entry.sequence) == [5, 6, 7])
    }

    @Test func anExportIsOneJSONTextALine() throws {
        var bench = JournalBench(seed: 2)
        try bench.appendCalls(16)
        bench.stop()
        let entries = try JournalQuery().entries(in: bench.disk, openedBy: bench.storage)
        let lines = JournalQuery.export(entries).split(separator: UInt8(ascii: "\n"))
        #expect(lines.count == entries.count)
        let invite = try JSONValue(parsing: Array(lines[1]).rawSpan)
        #expect(invite["ev"] == "call.invite" && invite["personal"]?.array?.first?["call"] == "shared-0")
        #expect(try JSONValue(parsing: Array(lines[2]).rawSpan)["personal"] == nil)
        #expect(Array(lines[2]) == entries[2].bytes)
    }
}
