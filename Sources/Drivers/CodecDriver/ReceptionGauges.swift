internal import Basics
internal import Playout
internal import Synchronization

/// Counts about one participant, written by the media thread and read by any.
final class ReceptionGauges: Sendable {
    private let received = Atomic<Int>(0)
    private let decoded = Atomic<Int>(0)
    private let recovered = Atomic<Int>(0)
    private let lost = Atomic<Int>(0)
    private let late = Atomic<Int>(0)
    private let duplicate = Atomic<Int>(0)
    private let discarded = Atomic<Int>(0)
    private let malformed = Atomic<Int>(0)
    private let overrun = Atomic<Int>(0)
    private let concealedSamples = Atomic<Int>(0)
    private let delay = Atomic<Int64>(0)
    private let target = Atomic<Int64>(0)
    private let level = Atomic<Int>(AudioLevel.silence)

    /// Media thread: after each tick.
    func update(_ statistics: PlayoutStatistics, delay: Duration, target: Duration, level: Int) {
        received.store(statistics.received, ordering: .relaxed)
        decoded.store(statistics.decoded, ordering: .relaxed)
        recovered.store(statistics.recovered, ordering: .relaxed)
        lost.store(statistics.lost, ordering: .relaxed)
        late.store(statistics.late, ordering: .relaxed)
        duplicate.store(statistics.duplicate, ordering: .relaxed)
        discarded.store(statistics.discarded, ordering: .relaxed)
        concealedSamples.store(statistics.concealedSamples, ordering: .relaxed)
        self.delay.store(delay.nanoseconds, ordering: .relaxed)
        self.target.store(target.nanoseconds, ordering: .relaxed)
        self.level.store(level, ordering: .relaxed)
    }

    /// Media thread: a packet that no decoder takes.
    func countMalformed() { malformed.wrappingAdd(1, ordering: .relaxed) }
    /// Network thread: a packet for which the ring had no room.
    func countOverrun() { overrun.wrappingAdd(1, ordering: .relaxed) }

    var snapshot: AudioReception {
        let refused = malformed.load(ordering: .relaxed) + overrun.load(ordering: .relaxed)
        return AudioReception(
            received: received.load(ordering: .relaxed) + refused, decoded: decoded.load(ordering: .relaxed),
            recovered: recovered.load(ordering: .relaxed), lost: lost.load(ordering: .relaxed),
            late: late.load(ordering: .relaxed), duplicate: duplicate.load(ordering: .relaxed),
            discarded: discarded.load(ordering: .relaxed) + refused,
            concealed: PlayoutClock.duration(samples: concealedSamples.load(ordering: .relaxed)),
            delay: .nanoseconds(delay.load(ordering: .relaxed)), target: .nanoseconds(target.load(ordering: .relaxed)),
            level: level.load(ordering: .relaxed))
    }
}
