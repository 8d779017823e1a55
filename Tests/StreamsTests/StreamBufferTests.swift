import Basics
import TestSupport
import Testing

@testable import Streams

/// Ring and offset set against their plain models.
@Suite struct StreamBufferTests {
    @Test(arguments: UInt64(0)..<8)
    func ringHoldsWhatWasWritten(seed: UInt64) {
        var random = SplitMix(seed: seed), buffer = StreamBuffer(), model: [UInt8] = []
        for _ in 0..<400 {
            let piece = sample(Int.random(in: 0...700, using: &random), seed: random.next())
            let offset = Int.random(in: max(0, buffer.base - 300)...model.count, using: &random)
            let start = max(offset, buffer.base) - offset
            buffer.write(piece.rawSpan, at: offset)
            if start < piece.count {
                let end = offset + piece.count
                model += repeatElement(0, count: max(0, end - model.count))
                model.replaceSubrange(offset + start..<end, with: piece[start...])
            }
            #expect(buffer.end == model.count)
            #expect(buffer.bytes(from: buffer.base, count: buffer.end - buffer.base) == Array(model[buffer.base...]))
            if Int.random(in: 0..<3, using: &random) == 0 {
                buffer.discard(upTo: Int.random(in: buffer.base...buffer.end, using: &random))
            }
            #expect(buffer.capacity < max(2_048, 4 * (buffer.end - buffer.base) + 400_000))
        }
    }

    @Test(arguments: UInt64(0)..<8)
    func offsetSetIsASet(seed: UInt64) {
        var random = SplitMix(seed: seed), set = OffsetSet(), model: Set<Int> = []
        for _ in 0..<300 {
            let lower = Int.random(in: 0...200, using: &random)
            let range = lower..<lower + Int.random(in: 0...12, using: &random)
            set.insert(range)
            model.formUnion(range)
            let front = (0...).first { !model.contains($0) }
            #expect(set.front == front)
            let query = Int.random(in: 0...200, using: &random)..<220
            let missing = set.missing(of: query).ranges.flatMap(Array.init)
            #expect(missing == query.filter { !model.contains($0) })
        }
        #expect(set.islandCount <= model.count)
    }

    @Test func emptyRingGivesItsMemoryBack() {
        var buffer = StreamBuffer()
        buffer.write(sample(100_000, seed: 1).rawSpan, at: 0)
        buffer.discard(upTo: 100_000)
        #expect(buffer.capacity == 0)
        buffer.write([1, 2].rawSpan, at: 100_000)
        #expect(buffer.bytes(from: 100_000, count: 2) == [1, 2])
    }
}
