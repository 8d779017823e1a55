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

    private var answers: [Bytes32: [UInt8]?] = [:]
    private var order: RingBuffer<(hash: Bytes32, seen: Instant)>

    init(capacity: Int) { order = RingBuffer(capacity: capacity) }

    mutating func recall(_ hash: Bytes32, at now: Instant) -> Recollection {
        forget(before: now - Timing.messageMemory)
        guard let answer = answers[hash] else { return .unknown }
        return answer.map { .answered($0) } ?? .seen
    }

    mutating func remember(_ hash: Bytes32, at now: Instant) {
        forget(before: now - Timing.messageMemory)
        guard answers[hash] == nil else { return }
        if order.isFull, let oldest = order.popFirst() { answers[oldest.hash] = nil }
        order.append((hash, now))
        answers[hash] = .some(nil)
    }

    /// Keeps the answer to a message that is still remembered.
    mutating func keep(_ answer: [UInt8], to hash: Bytes32) {
        guard answers[hash] != nil else { return }
        answers[hash] = .some(answer)
    }

    /// The answer leads nowhere any more: silence from now on.
    mutating func withdrawAnswer(to hash: Bytes32) {
        guard answers[hash] != nil else { return }
        answers[hash] = .some(nil)
    }

    private mutating func forget(before moment: Instant) {
        while let oldest = order.first, oldest.seen <= moment {
            answers[oldest.hash] = nil
            _ = order.popFirst()
        }
    }
}
