import Basics
import Streams
import Testing

/// Every byte comes once and in order, whatever the link does.
@Suite struct TransferTests {
    private static let badLinks: [LinkFaults] = [
        LinkFaults(),
        LinkFaults(loss: 0.1),
        LinkFaults(loss: 0.3, duplication: 0.1, corruption: 0.05),
        LinkFaults(duplication: 0.5, jitter: .milliseconds(100)),
        LinkFaults(loss: 0.15, duplication: 0.1, corruption: 0.02, delay: .milliseconds(80), jitter: .milliseconds(60)),
    ]

    @Test(arguments: Array(badLinks.indices), [UInt64(1), 2, 3])
    func allStreamsArriveCompleteBothWays(link: Int, seed: UInt64) throws {
        var harness = Harness(seed: seed, faults: Self.badLinks[link])
        var sent: [StreamID: [UInt8]] = [:]
        for (index, permit) in [PermitClass.file, .chat, .file, .roster].enumerated() {
            let bytes = sample(30_000 * (index + 1), seed: seed &+ UInt64(index))
            let fromA = try harness.a.delivery.streams.open(permit)
            let fromB = try harness.b.delivery.streams.open(permit, .unidirectional)
            harness.a.send(bytes, on: fromA)
            harness.b.send(bytes.reversed(), on: fromB)
            sent[fromA] = bytes
            sent[fromB] = bytes.reversed()
        }
        try harness.run()
        let received = harness.a.bytes.merging(harness.b.bytes) { _, _ in [] }
        #expect(received == sent)
        #expect(Set(harness.a.finished + harness.b.finished) == Set(sent.keys))
        #expect(harness.a.delivery.streams.isDrained)
        #expect(harness.b.delivery.streams.isDrained)
    }

    @Test(arguments: UInt64(0)..<8)
    func controlMessagesArriveInOrderOnce(seed: UInt64) throws {
        var harness = Harness(
            seed: seed, faults: LinkFaults(loss: 0.25, duplication: 0.3, jitter: .milliseconds(50)))
        var sent: [[UInt8]] = []
        for round in 0..<60 {
            let message = sample(round * round % 900, seed: UInt64(round))
            _ = try harness.a.delivery.streams.send(message: message.rawSpan)
            sent.append(message)
            try harness.run(for: .milliseconds(15))
        }
        try harness.run()
        #expect(harness.b.messages.map(\.bytes) == sent)
        #expect(harness.b.messages.map(\.id) == Array(0..<60))
    }

    @Test func transferGoesOnAfterABlackout() throws {
        var harness = Harness(seed: 9)
        harness.faults.blackout = harness.now + .milliseconds(30)..<harness.now + .seconds(20)
        let id = try harness.a.delivery.streams.open(.file)
        let bytes = sample(200_000, seed: 9)
        harness.a.send(bytes, on: id)
        let begin = harness.now
        try harness.run(for: .seconds(20))
        #expect(harness.b.bytes[id]?.count ?? 0 < bytes.count)
        try harness.run()
        #expect(harness.b.bytes[id] == bytes)
        #expect(harness.now - begin < .seconds(24))  // the longest probe timeout is 2 s
    }

    @Test func transferGoesOnAcrossARekey() throws {
        var harness = Harness(seed: 4, faults: LinkFaults(loss: 0.05, jitter: .milliseconds(30)))
        let id = try harness.a.delivery.streams.open(.file)
        let bytes = sample(400_000, seed: 4)
        harness.a.send(bytes, on: id)
        for epoch in 1...4 {
            try harness.run(for: .milliseconds(120))
            for end in harness.ends.indices {
                (harness.ends[end].epoch, harness.ends[end].counter) = (UInt32(epoch * 100), 0)
            }
        }
        try harness.run()
        #expect(harness.b.bytes[id] == bytes)
    }

    @Test func mediaAndStreamsShareOneLedger() throws {
        var harness = Harness(seed: 5, faults: LinkFaults(loss: 0.1))
        _ = try harness.a.delivery.streams.send(message: sample(300, seed: 1).rawSpan)
        for _ in 0..<100 {
            harness.sendMedia(from: .a)
            try harness.run(for: .milliseconds(20))
        }
        try harness.run()
        let figures = try #require(harness.a.pathStatistics)
        #expect(harness.b.messages.count == 1)
        #expect(figures.inFlight == 0)
        #expect(figures.acknowledged > 80)
        #expect(figures.lost > 2)
        #expect(figures.roundTrip ?? .zero >= .milliseconds(40))
        #expect(figures.roundTrip ?? .zero < .milliseconds(60))
    }

    @Test func onlyControlLeavesOnASignalPath() throws {
        var harness = Harness(seed: 6, faults: LinkFaults(loss: 0.2))
        for end in harness.ends.indices {
            harness.ends[end].sendable = .control
            harness.ends[end].budget = 64
        }
        _ = try harness.a.delivery.streams.send(message: sample(2_000, seed: 1).rawSpan)
        _ = try harness.b.delivery.streams.send(message: sample(500, seed: 2).rawSpan)
        let file = try harness.a.delivery.streams.open(.file)
        harness.a.send(sample(5_000, seed: 3), on: file)
        try harness.run()
        #expect(harness.b.messages.count == 1 && harness.a.messages.count == 1)
        #expect(harness.b.bytes.isEmpty)
        #expect(harness.a.sentPackets < 64 && harness.b.sentPackets < 64)
    }

    @Test func whatWasOnALostPathGoesOutOnAnother() throws {
        var harness = Harness(seed: 7)
        harness.faults.blackout = harness.now..<harness.now + .milliseconds(1)
        _ = try harness.a.delivery.streams.send(message: sample(500, seed: 1).rawSpan)
        try harness.drain(.a)
        harness.now += .milliseconds(2)
        harness.a.delivery.abandon(harness.a.path)
        harness.a.path = PathID(rawValue: 2)
        try harness.run(for: .milliseconds(100))
        #expect(harness.b.messages.count == 1)
        #expect(harness.a.acknowledgedPaths == [PathID(rawValue: 2)])
    }
}
