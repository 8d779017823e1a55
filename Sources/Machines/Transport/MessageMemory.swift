internal import Basics

/// The messages 1 of the last ten minutes, by hash, each with the message 2 that answered it (PROTOCOL §2).
///
/// A retry gets the same answer; a replay costs a hash. When full, the oldest is forgotten: a replay of it then costs a
/// handshake that cannot confirm.
struct MessageMemory: Sendable {
    enum Recollection: Equatable, Sendable {
        case unknown
        case seen
        case answered([UInt8])
    }

    private struct Memory {
        let seen: Instant
        var answer: [UInt8]?
    }

    private var memories: [Bytes32: Memory] = [:]
    private var order: RingBuffer<(hash: Bytes32, seen: Instant)>

    init(capacity: Int) { order = RingBuffer(capacity: capacity) }

    mutating func recall(_ hash: Bytes32, at now: Instant) -> Recollection {
        while let oldest = order.first, oldest.seen <= now - Timing.messageMemory { forgetOldest() }
        guard let memory = memories[hash] else { return .unknown }
        return memory.answer.map { .answered($0) } ?? .seen
    }

    /// Remembers a message that `recall` does not know.
    mutating func remember(_ hash: Bytes32, at now: Instant) {
        if order.isFull { forgetOldest() }
        order.append((hash, now))
        memories[hash] = Memory(seen: now)
    }

    /// Keeps the answer to a message that is still remembered.
    mutating func keep(_ answer: [UInt8], to hash: Bytes32) { memories[hash]?.answer = answer }

    /// The answer leads nowhere any more: silence from now on.
    mutating func withdrawAnswer(to hash: Bytes32) { memories[hash]?.answer = nil }

    /// There was no room to work on it: the next retry may have more luck.
    mutating func forget(_ hash: Bytes32) { memories[hash] = nil }

    private mutating func forgetOldest() {
        guard let oldest = order.popFirst(), memories[oldest.hash]?.seen == oldest.seen else { return }
        memories[oldest.hash] = nil
    }
}
