import Basics
import Platform
import Synchronization
import TestSupport
import Testing

@testable import CodecDriver

@Suite struct PartsTests {
    @Test(arguments: [8_000, 11_025, 16_000, 22_050, 44_100, 96_000, 192_000])
    func resamplingKeepsPitchAndLoudness(rate: Int) {
        var resampler = Resampler(from: rate, to: 48_000)
        let tone = Sound.tone(440, count: rate, rate: Double(rate))
        var out = [Float](repeating: 0, count: 49_000)
        var span = out.mutableSpan
        let (consumed, produced) = resampler.process(tone.span, into: &span)
        #expect(consumed == rate)
        #expect((47_000...48_100).contains(produced))
        let amplitude = Sound.amplitude(440, in: out[4_800..<43_200])
        #expect(abs(amplitude - 0.3) < 0.005)
        #expect(Sound.power(out[4_800..<43_200]) < 0.3 * 0.3 / 2 * 1.02, "and nothing else")
    }

    @Test func samplesComeOutInOrderWhateverThePieces() {
        var random = SplitMix(seed: 5), queue = SampleQueue(capacity: 1_000)
        var written = 0, read = 0
        while read < 100_000 {
            let count = Int.random(in: 0...min(300, queue.room), using: &random)
            queue.append(atMost: count) { samples in
                for index in 0..<count { samples[index] = Float(written + index) }
                return count
            }
            written += count
            var out = [Float](repeating: 0, count: Int.random(in: 0...300, using: &random))
            var span = out.mutableSpan
            let taken = queue.mix(into: &span)
            for index in 0..<taken where out[index] != Float(read + index) { Issue.record("at \(read + index)") }
            read += taken
        }
        #expect(queue.count == written - read)
    }

    @Test func ringRefusesWhatDoesNotFitAndKeepsTheOrder() {
        let ring = FrameRing<Int>(capacity: 4, filler: 0)
        for number in 0..<6 { #expect(ring.push(number) { _ in 0 } == (number < 4)) }
        var seen: [Int] = []
        while ring.pop({ number, _ in seen.append(number) }) {}
        #expect(seen == [0, 1, 2, 3])
    }

    @Test func framesCrossThreadsWholeAndInOrder() {
        let ring = FrameRing<Int>(capacity: 8, filler: 0), total = 100_000
        let producer = WorkerThread("producer") {
            for number in 0..<total {
                while !ring.push(number, { slot in Self.fill(&slot, with: number) }) {}
            }
        }
        var expected = 0, damaged = 0
        while expected < total {
            _ = ring.pop { number, bytes in
                if number != expected || !Self.isWhole(bytes, of: number) { damaged += 1 }
                expected += 1
            }
        }
        producer.join()
        #expect(damaged == 0)
    }

    private static func fill(_ slot: inout MutableRawSpan, with number: Int) -> Int {
        let count = number % 40
        for index in 0..<count {
            slot.storeBytes(of: UInt8(truncatingIfNeeded: number), toByteOffset: index, as: UInt8.self)
        }
        return count
    }

    private static func isWhole(_ bytes: RawSpan, of number: Int) -> Bool {
        guard bytes.byteCount == number % 40 else { return false }
        for index in 0..<bytes.byteCount where bytes.byte(at: index) != UInt8(truncatingIfNeeded: number) {
            return false
        }
        return true
    }

    @Test func levelIsInDecibelsBelowFullScale() {
        #expect(AudioLevel.level(of: [Float](repeating: 0, count: 10).span) == 127)
        #expect(AudioLevel.level(of: [Float](repeating: 1, count: 10).span) == 0)
        #expect(AudioLevel.level(of: [Float](repeating: 0.1, count: 10).span) == 20)
        #expect(AudioLevel.level(of: [Float](repeating: 1e-9, count: 10).span) == 127)
    }
}
