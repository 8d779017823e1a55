import Basics
import Journal
import JournalTestSupport
import Testing

/// Others cannot fill the journal.
@Suite struct FloodTests {
    @Test func aContactAloneCausesAtMostSixtyEntriesAnHour() throws {
        var bench = JournalBench(seed: 1)
        bench.drain()
        let contact = SubjectID(using: &bench.random), other = SubjectID(using: &bench.random)
        let start = bench.moment.now
        for _ in 0..<60 { try bench.append(.callRefused(contact, cause: "busy"), cause: .contact(contact)) }
        for _ in 0..<7 {
            #expect(throws: AuditLog.Refusal.flooded(until: start + .seconds(3600))) {
                try bench.append(.callRefused(contact, cause: "busy"), cause: .contact(contact))
            }
        }
        try bench.append(.callRefused(other, cause: "busy"), cause: .contact(other))
        try bench.append(.callEnd(cause: "hangUp", duration: .zero))
        bench.run(for: .seconds(3601))
        try bench.append(.callRefused(contact, cause: "busy"), cause: .contact(contact))
        bench.stop()
        let floods = try JournalQuery().entries(in: bench.disk).map(\.entry).filter { $0.event == "flood" }
        #expect(floods.count == 1 && floods.first?.fields["count"]?.int == 7)
        #expect(floods.first?.fields["contact"]?.string == contact.text)
    }

    @Test func aContactAloneCausesAtMost64KiBADay() throws {
        var bench = JournalBench(seed: 2)
        bench.drain()
        let contact = SubjectID(using: &bench.random)
        let longName = String(repeating: "ä", count: 1000)
        var count = 0
        let start = bench.moment.now
        #expect(throws: AuditLog.Refusal.flooded(until: start + .seconds(24 * 3600))) {
            while true {
                try bench.append(.contactChange(contact, name: longName), cause: .contact(contact))
                count += 1
                bench.run(for: .seconds(120))
            }
        }
        // A name is cut to 256 bytes: some 600 bytes an entry with its frame and its hash.
        #expect((90...130).contains(count))
        bench.run(for: .seconds(24 * 3600))
        try bench.append(.contactChange(contact, name: longName), cause: .contact(contact))
    }

    @Test func strangersMakeOneSummaryAnHour() throws {
        var bench = JournalBench(seed: 3)
        bench.drain()
        for _ in 0..<500 { bench.journal.countStranger("handshake", at: bench.moment.now) }
        bench.journal.countStranger("wrongCookie", at: bench.moment.now)
        bench.run(for: .seconds(3600))
        bench.run(for: .seconds(3600))
        bench.journal.countStranger("handshake", at: bench.moment.now)
        bench.stop()
        let entries = try JournalQuery().entries(in: bench.disk).map(\.entry)
        #expect(entries.map(\.event) == ["genesis", "strangers", "strangers", "daemon.stop"])
        #expect(entries[1].fields["handshake"]?.int == 500 && entries[1].fields["wrongCookie"]?.int == 1)
        #expect(entries[2].fields["handshake"]?.int == 1)
    }
}
