import Basics
import Streams
import Testing

/// Flow control: nobody sends beyond the credit, and credit comes back.
@Suite struct CreditTests {
    @Test func writerStopsAtTheCreditAndGoesOnWhenTheReaderReads() throws {
        var limits = StreamLimits.standard
        (limits.streamCredit, limits.sessionCredit) = (10_000, 25_000)
        var harness = Harness(seed: 1, faults: LinkFaults(loss: 0.1), limits: limits)
        harness.b.reads = false
        let ids = try (0..<4).map { _ in try harness.a.delivery.streams.open(.file) }
        for id in ids { harness.a.send(sample(60_000, seed: UInt64(id.rawValue)), on: id) }
        try harness.run()
        #expect(harness.b.delivery.streams.receiveMemory <= 4 * 16_384)
        var rounds = 0
        while harness.b.finished.count < 4, rounds < 200 {
            for id in ids { try? harness.b.readAll(id) }
            try harness.run()
            rounds += 1
        }
        // 240,000 bytes and never more than 25,000 ahead of the reader.
        #expect(rounds >= 240_000 / 25_000)
        for id in ids { #expect(harness.b.bytes[id] == sample(60_000, seed: UInt64(id.rawValue))) }
    }

    @Test func creditOfAResetStreamComesBack() throws {
        var limits = StreamLimits.standard
        (limits.streamCredit, limits.sessionCredit) = (10_000, 10_000)
        var harness = Harness(seed: 2, faults: LinkFaults(loss: 0.1), limits: limits)
        harness.b.reads = false
        for round in 0..<10 {
            let id = try harness.a.delivery.streams.open(.file, .unidirectional)
            _ = try harness.a.delivery.streams.write(sample(9_000, seed: UInt64(round)).rawSpan, to: id)
            try harness.run()
            if round % 2 == 0 {
                try harness.a.delivery.streams.reset(id, code: 1)
            } else {
                try harness.b.delivery.streams.stop(id, code: 1)
            }
            try harness.run()
        }
        harness.b.reads = true
        let id = try harness.a.delivery.streams.open(.file, .unidirectional)
        harness.a.send(sample(50_000, seed: 3), on: id)
        try harness.run()
        #expect(harness.b.bytes[id] == sample(50_000, seed: 3))
    }

    @Test func writeTakesWhatFitsAndTellsWhenThereIsRoom() throws {
        var limits = StreamLimits.standard
        limits.sendBuffer = 4_000
        var harness = Harness(seed: 3, limits: limits)
        let id = try harness.a.delivery.streams.open(.file)
        #expect(try harness.a.delivery.streams.write(sample(5_000, seed: 1).rawSpan, to: id) == 4_000)
        #expect(try harness.a.delivery.streams.write([1].rawSpan, to: id) == 0)
        try harness.run()
        #expect(harness.a.events == [.writable(id)])
        #expect(try harness.a.delivery.streams.write(sample(4_000, seed: 2).rawSpan, to: id) == 4_000)
    }

    @Test func controlGoesBeforeFiles() throws {
        var harness = Harness(seed: 4)
        let file = try harness.a.delivery.streams.open(.file)
        harness.a.send(sample(300_000, seed: 1), on: file)
        try harness.run(for: .milliseconds(100))
        _ = try harness.a.delivery.streams.send(message: [1, 2, 3].rawSpan)
        // One way and the wait for room in the window, while the file goes on.
        try harness.run(for: .milliseconds(80))
        #expect(harness.b.messages.count == 1)
        #expect(harness.b.bytes[file]?.count ?? 0 < 300_000)
    }

    @Test func equalsTakeTurns() throws {
        var harness = Harness(seed: 5)
        let ids = try (0..<4).map { _ in try harness.a.delivery.streams.open(.file) }
        for id in ids { harness.a.send(sample(400_000, seed: 1), on: id) }
        try harness.run(for: .milliseconds(400))
        let counts = ids.map { harness.b.bytes[$0]?.count ?? 0 }
        #expect((counts.min() ?? 0) > 0)
        #expect((counts.max() ?? 0) < 2 * (counts.min() ?? 0))
    }
}
