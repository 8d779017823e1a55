internal import Basics
internal import Crypto

/// The counters under one key: each is used once, from 0 on, and one of each 256 never.
///
/// A receiver that acknowledges what it did not receive, to make us send faster, cannot know which counters are left
/// out, and acknowledges one of them (RFC 9000 §21.4).
struct SendingCounter: Sendable {
    private static let blockCount: UInt64 = 256
    /// Blocks whose left-out counter is remembered: 65,536 counters, the widest replay window.
    private static let memory = 256

    private(set) var next: UInt64
    /// The place of the left-out counter in each block. Neither 0 nor 255, so that one step never leads to another.
    private var skips = [UInt8](repeating: 0, count: memory)

    init(next: UInt64 = 0) { self.next = next }

    /// The next counter; nil when the key is used up.
    mutating func take(using random: inout SeededRandom) -> UInt32? {
        guard next < Timing.rejectAfterPackets else { return nil }
        let block = Int(next / Self.blockCount) % Self.memory
        if next % Self.blockCount == 0 { skips[block] = UInt8.random(in: 1...254, using: &random) }
        if next % Self.blockCount == skips[block] { next += 1 }
        defer { next += 1 }
        return UInt32(truncatingIfNeeded: next)
    }

    func verdict(on counter: UInt32) -> CounterVerdict {
        let counter = UInt64(counter)
        guard counter < next else { return .notSent }
        guard (next - 1) / Self.blockCount - counter / Self.blockCount < UInt64(Self.memory) else { return .forgotten }
        let skip = skips[Int(counter / Self.blockCount) % Self.memory]
        return counter % Self.blockCount == skip ? .skipped : .sent
    }
}
