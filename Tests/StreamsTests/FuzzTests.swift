import Basics
import TestSupport
import Testing

@testable import Streams

/// Bytes of any kind are read or refused, never more and never fatally.
@Suite struct FuzzTests {
    @Test(arguments: UInt64(0)..<4)
    func randomPlaintextsAreTakenOrRefused(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for _ in 0..<4_000 {
            var streams = StreamMultiplexer(side: Bool.random(using: &random) ? .initiator : .responder)
            _ = try? streams.open(.chat)
            for _ in 0..<4 {
                let bytes = [0x02] + Self.bytes(&random)
                let open = PermitClasses(rawValue: UInt8.random(in: 0...0x7F, using: &random))
                guard (try? streams.handle(frames: bytes.rawSpan, receiving: open)) != nil else { break }
                while let event = streams.poll() {
                    if case .readable(let id) = event { _ = try? streams.read(id, upTo: 100) }
                }
            }
            #expect(streams.receiveMemory <= 34 << 20)  // the credit, rounded up to powers of two
        }
    }

    @Test func whatWasReadAndWhatIsLeftIsWhatCame() {
        var random = SplitMix(seed: 77)
        for _ in 0..<20_000 {
            let bytes = Self.bytes(&random)
            var reader = FrameReader(bytes.rawSpan), left = bytes.count
            while !reader.isAtEnd, let contentByteCount = try? Self.next(&reader) {
                #expect(left - reader.remaining > contentByteCount)  // a type, and more, stands before the content
                left = reader.remaining
            }
        }
    }

    /// Reads a frame and answers how many bytes of a stream it holds.
    private static func next(_ reader: inout FrameReader) throws(StreamViolation) -> Int {
        switch try reader.next() {
        case .stream(_, _, _, let content): content.byteCount
        case .padding, .ping, .reset, .stop, .maxData, .maxStreamData, .maxStreams, .dataBlocked, .streamDataBlocked,
            .streamsBlocked:
            0
        }
    }

    @Test func truncatedPlaintextsOfAnHonestSenderAreTakenOrRefused() throws {
        var delivery = Delivery(side: .initiator)
        _ = try delivery.streams.send(message: sample(200, seed: 1).rawSpan)
        for _ in 0..<3 {
            let id = try delivery.streams.open(.chat)
            _ = try delivery.streams.write(sample(100, seed: 2).rawSpan, to: id)
            try delivery.streams.finish(id)
        }
        var payload = [UInt8](repeating: 0, count: 1_152), span = payload.mutableRawSpan
        let draft = try #require(
            delivery.writePacket(into: &span, on: PathID(rawValue: 1), sending: .all, at: Instant(nanoseconds: 1)))
        for count in 0..<draft.byteCount {
            var streams = StreamMultiplexer(side: .responder)
            try? streams.handle(frames: Array(payload.prefix(count)).rawSpan, receiving: .all)
        }
        var random = SplitMix(seed: 5)
        for _ in 0..<5_000 {
            var flipped = Array(payload.prefix(draft.byteCount))
            flipped[Int.random(in: flipped.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            var streams = StreamMultiplexer(side: .responder)
            try? streams.handle(frames: flipped.rawSpan, receiving: .all)
        }
    }

    @Test(arguments: UInt64(0)..<4)
    func reportsOfAnyContentAreTakenOrRefused(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for _ in 0..<200 {
            var h = LedgerHarness(), counter = UInt32(0), epoch = UInt32.random(in: 0...300, using: &random)
            for time in 0..<200 {
                switch Int.random(in: 0..<8, using: &random) {
                case 0: (epoch, counter) = (epoch + 1, 0)
                case 1: counter += .random(in: 0...3, using: &random)
                case 2: _ = h.timeout(at: time * 40)
                case 3:
                    let base = counter - min(counter, .random(in: 0...20, using: &random))
                    let counters = (0..<8).map { _ in base + UInt32.random(in: 0...10, using: &random) }
                    let about = epoch - min(epoch, .random(in: 0...2, using: &random))
                    try? h.acknowledge(Set(counters), epoch: about, at: time * 40)
                default:
                    let path = Bool.random(using: &random) ? LedgerHarness.path : LedgerHarness.second
                    h.send(counter, epoch: epoch, on: path, asks: Bool.random(using: &random), at: time * 40)
                    counter += 1
                }
                let underway = h.ledger.packets.indices.map { h.ledger.packets[$0] }
                    .filter { $0.asksForReceipt && $0.fate == .outstanding }
                #expect(h.ledger.paths.map(\.inFlightCount).reduce(0, +) == underway.count)
            }
        }
    }

    @Test func numbersOfEveryLengthAreReadBack() throws {
        let edges = [0, 1, 63, 64, 16_383, 16_384, 1 << 30 - 1, 1 << 30, 1 << 62 - 1]
        for value in edges {
            var bytes = [UInt8](repeating: 0, count: 8), span = bytes.mutableRawSpan
            var writer = PayloadWriter(span._mutatingExtracting(0..<8))
            writer.varint(value)
            let written = writer.byteCount
            #expect(Array(bytes.prefix(written)) == FrameBytes.varint(value))
            var reader = ByteReader(bytes.rawSpan)
            #expect(try reader.varint() == value && reader.remaining == 8 - written)
        }
        // RFC 9000 appendix A.1.
        for (hex, value) in [
            ("c2197c5eff14e88c", 151_288_809_941_952_652), ("9d7f3e7d", 494_878_333), ("7bbd", 15_293), ("25", 37),
            ("4025", 37),
        ] {
            let bytes = try #require(Hex.decode(hex))
            var reader = ByteReader(bytes.rawSpan)
            #expect(try reader.varint() == value && reader.isAtEnd)
        }
    }

    /// Frames with likely types and small numbers more often than not.
    private static func bytes(_ random: inout SplitMix) -> [UInt8] {
        (0..<Int.random(in: 0...40, using: &random)).map { _ in
            Bool.random(using: &random) ? .random(in: 0...0x40, using: &random) : .random(in: 0...255, using: &random)
        }
    }
}
