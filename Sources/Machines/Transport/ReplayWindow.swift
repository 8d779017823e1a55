/// Which counters of one key have been received: each is accepted once, and none that is older than the window.
///
/// A ring of bits (RFC 6479): sliding clears whole words, never moves any. Two steps, because marking a counter before
/// its packet has opened would let a forger burn it: `accepts`, open, `mark`.
public struct ReplayWindow: Sendable {
    /// Counters for calls.
    public static let callCount = 1_024
    /// Counters once a bulk stream runs.
    public static let bulkCount = 65_536

    /// The newest counters that are told apart.
    public private(set) var count: Int
    private var words: [UInt64]
    /// One more than the highest counter marked.
    private var end: UInt64 = 0

    /// A window over the newest `count` counters. Precondition: a power of two, at least 64.
    public init(count: Int = callCount) {
        precondition(count >= 64 && count.nonzeroBitCount == 1)
        self.count = count
        words = Array(repeating: 0, count: 2 * count / 64)  // twice: the word being entered is cleared as a whole
    }

    /// Whether `counter` has not been marked and is not too old to tell.
    @inline(__always)
    public func accepts(_ counter: UInt64) -> Bool {
        if counter >= end { return true }
        return end - counter <= UInt64(count) && words[word(of: counter)] & bit(of: counter) == 0
    }

    /// Marks `counter` as received. Precondition: `accepts(counter)`.
    @inline(__always)
    public mutating func mark(_ counter: UInt64) {
        if counter >= end { slide(to: counter) }
        words[word(of: counter)] |= bit(of: counter)
    }

    /// Tells the newest `count` counters apart from now on; a smaller window stays as it is.
    public mutating func widen(to count: Int) {
        guard count > self.count else { return }
        var wider = ReplayWindow(count: count)
        let oldest = end - min(end, UInt64(self.count))
        for counter in oldest..<end where !accepts(counter) { wider.mark(counter) }
        wider.forget(before: oldest)
        self = wider
    }

    private mutating func slide(to counter: UInt64) {
        let entered = counter >> 6
        let newest = end == 0 ? entered : (end - 1) >> 6  // the ring starts cleared
        let steps = min(entered - newest, UInt64(words.count))
        for step in 0..<steps { words[Int((entered - step) % UInt64(words.count))] = 0 }
        end = counter + 1
    }

    /// What lay behind the old window is not known: it counts as received.
    private mutating func forget(before oldest: UInt64) {
        let first = end - min(end, UInt64(count))
        for counter in first..<max(first, oldest) { words[word(of: counter)] |= bit(of: counter) }
    }

    @inline(__always)
    private func word(of counter: UInt64) -> Int { Int(counter >> 6) & (words.count - 1) }

    @inline(__always)
    private func bit(of counter: UInt64) -> UInt64 { 1 << (counter & 63) }
}
