import Basics
import Crypto
import Testing

@testable import Transport

@Suite struct SkippedCounterTests {
    @Test("one counter of each 256 is left out, none is used twice", arguments: UInt64(0)..<8)
    func oneOfEach256IsLeftOut(seed: UInt64) {
        var random = SeededRandom(seed: seed), counter = SendingCounter()
        let taken = (0..<5_000).compactMap { _ in counter.take(using: &random) }
        #expect(taken.first == 0 && taken.count == 5_000)
        #expect(zip(taken, taken.dropFirst()).allSatisfy { $0 < $1 })
        let skipped = Set(0..<taken[4_999]).subtracting(taken)
        let blocks = skipped.map { $0 / 256 }
        #expect(Set(blocks).count == blocks.count && blocks.count >= 19)
        #expect(Set(skipped.map { $0 % 256 }).count > 5, "at places that cannot be foreseen")
        #expect(skipped.allSatisfy { counter.verdict(on: $0) == .skipped })
        #expect(taken.allSatisfy { counter.verdict(on: $0) == .sent })
        #expect(counter.verdict(on: taken[4_999] + 1) == .notSent)
        #expect(counter.verdict(on: .max) == .notSent)
    }

    @Test func whatLiesFarBackIsForgotten() {
        var random = SeededRandom(seed: 1), counter = SendingCounter()
        for _ in 0..<70_000 { _ = counter.take(using: &random) }
        #expect(counter.verdict(on: 0) == .forgotten)
        #expect(counter.verdict(on: 69_000) != .forgotten)
    }

    @Test func receiptsAreJudgedByTheKeysThatSealed() throws {
        let alice = Device(1), bob = Device(2)
        let wire = Wire(alice, bob)
        let (ours, _) = try wire.connect(alice, bob)
        for _ in 0..<300 { try alice.send([1], on: ours, at: wire.now) }
        let verdicts = (UInt32(0)..<302).map { alice.endpoint.verdict(on: $0, epoch: 0, of: ours) }
        #expect(verdicts.count { $0 == .skipped } == 1 || verdicts.count { $0 == .skipped } == 2)
        #expect(alice.endpoint.verdict(on: 1_000, epoch: 0, of: ours) == .notSent)
        #expect(alice.endpoint.verdict(on: 0, epoch: 1, of: ours) == .forgotten)
        try alice.rekey(ours, at: wire.now)
        wire.run(.seconds(1))
        #expect(alice.endpoint.verdict(on: 0, epoch: 1, of: ours) == .sent)
        #expect(alice.endpoint.verdict(on: 0, epoch: 0, of: ours) == .sent)
        alice.endpoint.close(ours, at: wire.now)
        #expect(alice.endpoint.verdict(on: 0, epoch: 0, of: ours) == .forgotten)
    }
}
