import TestSupport
import Testing

@testable import Transport

@Suite struct ReplayWindowTests {
    /// What a window is meant to be: all that was accepted, and the newest `count` counters.
    private struct Reference {
        let count: UInt64
        var seen: Set<UInt64> = []
        var highest: UInt64?

        mutating func accepts(_ counter: UInt64) -> Bool {
            if let highest, counter <= highest, highest - counter >= count { return false }
            guard seen.insert(counter).inserted else { return false }
            highest = max(highest ?? 0, counter)
            return true
        }
    }

    @Test("it agrees with a set", arguments: UInt64(0)..<64)
    func agreesWithASet(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let count = [64, 1_024, 65_536][Int(seed % 3)], jump = UInt64([8, 500, 3_000, 200_000][Int(seed / 3 % 4)])
        var window = ReplayWindow(count: count), reference = Reference(count: UInt64(count))
        var centre: UInt64 = 0, differences = 0
        for _ in 0..<4_000 {
            if Int.random(in: 0..<20, using: &random) == 0 { centre += UInt64.random(in: 0...jump, using: &random) }
            let spread = UInt64.random(in: 0...UInt64(2 * count), using: &random)
            let counter = Bool.random(using: &random) ? centre + spread % 64 : centre - min(centre, spread)
            let accepted = window.accepts(counter)
            if accepted { window.mark(counter) }
            if accepted != reference.accepts(counter) { differences += 1 }
        }
        #expect(differences == 0, "seed \(seed)")
    }

    @Test func everyCounterAroundTheEdgeIsToldApart() {
        for highest in UInt64(1_000)..<1_200 {
            var window = ReplayWindow()
            window.mark(highest)
            for counter in UInt64(0)...highest {
                let isInside = counter != highest && highest - counter < 1_024
                #expect(window.accepts(counter) == isInside)
            }
        }
    }

    @Test func checkingDoesNotMark() {
        var window = ReplayWindow()
        #expect(window.accepts(5) && window.accepts(5))
        window.mark(5)
        #expect(!window.accepts(5))
    }

    @Test func itReachesTheHighestCounters() {
        var window = ReplayWindow()
        for counter in [UInt64(UInt32.max), UInt64(UInt32.max) - 1_023] {
            #expect(window.accepts(counter))
            window.mark(counter)
            #expect(!window.accepts(counter))
        }
        #expect(!window.accepts(UInt64(UInt32.max) - 1_024))
    }

    @Test("widening forgets nothing and accepts nothing that could have been seen", arguments: UInt64(0)..<16)
    func wideningForgetsNothing(seed: UInt64) {
        var random = SplitMix(seed: seed), window = ReplayWindow(), seen: Set<UInt64> = []
        for _ in 0..<500 {
            let counter = UInt64.random(in: 0...4_000, using: &random)
            if window.accepts(counter) {
                window.mark(counter)
                seen.insert(counter)
            }
        }
        let before = (0...5_000).filter { window.accepts($0) }
        window.widen(to: ReplayWindow.bulkCount)
        #expect((0...5_000).filter { window.accepts($0) } == before)
        #expect(seen.allSatisfy { !window.accepts($0) })
        window.mark(60_000)
        #expect(window.accepts(5_000), "the wide window reaches back")
        #expect(seen.allSatisfy { !window.accepts($0) })
        window.widen(to: ReplayWindow.callCount)
        #expect(window.count == ReplayWindow.bulkCount)
    }
}
