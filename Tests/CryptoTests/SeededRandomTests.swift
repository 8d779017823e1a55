import Basics
import Crypto
import Testing

@Suite struct SeededRandomTests {
    @Test func theSameSeedGivesTheSameNumbers() {
        var first = SeededRandom(seed: 7), second = SeededRandom(seed: 7), other = SeededRandom(seed: 8)
        let numbers = (0..<100).map { _ in first.next() }
        #expect(numbers == (0..<100).map { _ in second.next() })
        #expect(numbers != (0..<100).map { _ in other.next() })
        #expect(Set(numbers).count == 100)
    }

    @Test func numbersAndBytesAreOneStream() {
        var numbers = SeededRandom(seed: 1), bytes = SeededRandom(seed: 1)
        var wanted = ByteWriter()
        for _ in 0..<32 { wanted.littleEndian(numbers.next()) }
        var drawn = [UInt8](repeating: 0, count: 256)
        var target = drawn.mutableRawSpan
        bytes.fill(&target)
        #expect(drawn == wanted.bytes)
    }

    @Test func aStreamDoesNotDependOnWhatWasDrawn() {
        let root = SeededRandom(seed: 3)
        var drawn = root
        for _ in 0..<50 { _ = drawn.next() }
        var before = root.stream(named: "keys"), after = drawn.stream(named: "keys")
        var other = root.stream(named: "jitter")
        let numbers = (0..<8).map { _ in before.next() }
        #expect(numbers == (0..<8).map { _ in after.next() })
        #expect(numbers != (0..<8).map { _ in other.next() })
    }

    @Test func aCopyGoesOnAloneWithTheSameNumbers() {
        var original = SeededRandom(seed: 4)
        _ = original.next()
        var copy = original
        let numbers = (0..<20).map { _ in original.next() }
        #expect(numbers == (0..<20).map { _ in copy.next() })
    }

    @Test func everyBitIsDrawnAboutHalfTheTime() {
        var random = SeededRandom(seed: 5)
        var ones = [Int](repeating: 0, count: 64)
        for _ in 0..<4096 {
            let number = random.next()
            for bit in 0..<64 where number >> UInt64(bit) & 1 == 1 { ones[bit] += 1 }
        }
        #expect(ones.allSatisfy { (1800...2300).contains($0) })
    }

    @Test func theSystemGivesADifferentSeedEachTime() {
        let first = SystemEntropy.seed(), second = SystemEntropy.seed()
        let isSame = second.withBytes { first.isEqual(to: $0) }
        #expect(!isSame)
    }
}
