internal import Basics
internal import Crypto

/// Who answers to which index. An index that was given back rests 180 s, so that no late packet of an old key meets a
/// new one.
struct IndexTable: Sendable {
    enum Owner: Hashable, Sendable {
        case attempt(HandshakeID)
        case session(SessionID)
        case resting
    }

    private var owners: [SessionIndex: Owner] = [:]
    private var resting: RingBuffer<(index: SessionIndex, until: Instant)>
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        resting = RingBuffer(capacity: capacity)
        owners.reserveCapacity(capacity)
    }

    @inline(__always)
    subscript(index: SessionIndex) -> Owner? { owners[index] }

    /// A random index that nobody has; nil when the table is full. Its owner must be set before the next call.
    mutating func free(at now: Instant, using random: inout SeededRandom) -> SessionIndex? {
        while let oldest = resting.first, oldest.until <= now {
            owners[oldest.index] = nil
            _ = resting.popFirst()
        }
        guard owners.count < capacity else { return nil }
        while true {
            let number = UInt32.random(in: 1..<(1 << 24), using: &random)
            if let index = SessionIndex(rawValue: number), owners[index] == nil { return index }
        }
    }

    mutating func give(_ index: SessionIndex, to owner: Owner) {
        precondition(owner != .resting)
        owners[index] = owner
    }

    /// Takes an index back. Precondition: it was given.
    mutating func release(_ index: SessionIndex, at now: Instant) {
        precondition(owners[index] != nil && owners[index] != .resting)
        owners[index] = .resting
        let isKept = resting.append((index, now + Timing.indexRest))
        precondition(isKept, "there are no more resting indexes than indexes")
    }
}
