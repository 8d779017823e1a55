import Basics
import Streams
import TestSupport
import Testing

/// Everything at once, by chance: whatever the owners and the link do, no end sees a violation, what arrives is what was
/// written, and when the link is good again all comes to rest.
@Suite struct StormTests {
    @Test(arguments: UInt64(0)..<24)
    func endsAgreeAfterAStorm(seed: UInt64) throws {
        var storm = Storm(seed: seed)
        for _ in 0..<60 { try storm.step() }
        try storm.calm()
    }
}

/// One run: random acts of both owners over a random link.
private struct Storm {
    private var harness: Harness
    private var random: SplitMix
    private var content: [StreamID: [UInt8]] = [:]
    private var givenUp: Set<StreamID> = []
    private var messages: [[[UInt8]]] = [[], []]

    init(seed: UInt64) {
        random = SplitMix(seed: seed)
        var limits = StreamLimits.standard
        if Bool.random(using: &random) {
            (limits.streams, limits.streamCredit, limits.sessionCredit, limits.sendBuffer) = (4, 5_000, 12_000, 7_000)
        }
        let faults = LinkFaults(
            loss: .random(in: 0...0.3, using: &random), duplication: .random(in: 0...0.3, using: &random),
            delay: .milliseconds(.random(in: 1...150, using: &random)),
            jitter: .milliseconds(.random(in: 0...100, using: &random)))
        harness = Harness(seed: seed, faults: faults, limits: limits)
    }

    mutating func step() throws {
        let end = Int.random(in: 0...1, using: &random)
        switch Int.random(in: 0..<12, using: &random) {
        case 0...2: try open(end)
        case 3...5: try sendMessage(end)
        case 6: giveUp(end)
        case 7: harness.ends[end].path = PathID(rawValue: .random(in: 1...3, using: &random))
        case 8: harness.ends[end].delivery.abandon(PathID(rawValue: .random(in: 1...3, using: &random)))
        case 9: (harness.ends[end].epoch, harness.ends[end].counter) = (harness.ends[end].epoch + 1, 0)
        case 10:
            harness.faults.blackout = harness.now..<harness.now + .milliseconds(.random(in: 10...2_000, using: &random))
        default: harness.sendMedia(from: end == 0 ? .a : .b)
        }
        try harness.run(for: .milliseconds(.random(in: 0...150, using: &random)))
    }

    private mutating func open(_ end: Int) throws {
        let direction: StreamID.Direction = Bool.random(using: &random) ? .unidirectional : .bidirectional
        guard let id = try? harness.ends[end].delivery.streams.open(.chat, direction) else { return }
        let bytes = sample(.random(in: 0...40_000, using: &random), seed: random.next())
        content[id] = bytes
        harness.ends[end].send(bytes, on: id)
    }

    private mutating func sendMessage(_ end: Int) throws {
        let message = sample(.random(in: 0...3_000, using: &random), seed: random.next())
        guard (try? harness.ends[end].delivery.streams.send(message: message.rawSpan)) != nil else { return }
        messages[end].append(message)
    }

    private mutating func giveUp(_ end: Int) {
        guard let id = content.keys.sorted().randomElement(using: &random) else { return }
        givenUp.insert(id)
        for index in harness.ends.indices { harness.ends[index].toWrite.removeAll { $0.id == id } }
        if Bool.random(using: &random) {
            try? harness.ends[end].delivery.streams.reset(id, code: 3)
        } else {
            try? harness.ends[end].delivery.streams.stop(id, code: 4)
        }
    }

    /// The link becomes good; the other halves of two-way streams are ended.
    mutating func calm() throws {
        harness.faults = LinkFaults()
        try harness.run()
        for id in content.keys.sorted() {
            for end in harness.ends.indices { try? harness.ends[end].delivery.streams.finish(id) }
        }
        #expect(try harness.run())
        for (end, sent) in messages.enumerated() { #expect(harness.ends[1 - end].messages.map(\.bytes) == sent) }
        for (id, bytes) in content {
            let received = harness.ends[id.opener == .initiator ? 1 : 0].bytes[id] ?? []
            #expect(received == Array(bytes.prefix(received.count)))
            #expect(givenUp.contains(id) || received.count == bytes.count)
        }
        #expect(harness.a.delivery.streams.isDrained && harness.b.delivery.streams.isDrained)
        try openAgain()
    }

    /// All streams have ended, so that as many can be opened as at first.
    private mutating func openAgain() throws {
        guard givenUp.isEmpty else { return }
        for end in harness.ends.indices { _ = try harness.ends[end].delivery.streams.open(.chat) }
    }
}
