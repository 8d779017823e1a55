public import Basics

/// The jitter buffer of one source: says which packet to keep where, and at each tick what to play.
///
/// It sees sequence number, timestamp, length and arrival of packets, never their bytes, which the caller keeps in
/// `PlayoutBuffer.capacity` slots. Hand in each packet with `insert`; at each tick (20 ms) ask `next` until the tick is
/// full. Nothing is allocated after `init`.
///
/// The delay follows from two rules. A frame that is not there in time is concealed, but if it comes after all it is
/// played, and all that follows is later by the concealment: so the delay grows at once. And between frames, time is
/// stretched so that the fastest packet waits for `target`: so it falls again, and follows a drifting clock.
public struct PlayoutBuffer: Sendable {
    /// Slots for packets; a power of two. 2.56 s of 20 ms frames.
    public static let capacity = 128

    /// What has happened so far.
    public internal(set) var statistics = PlayoutStatistics()
    /// Packets that wait.
    public internal(set) var waitingCount = 0

    enum Phase: Equatable, Sendable {
        /// Nothing to play: nothing came yet, or all that came is played and the source rests.
        case resting
        /// The first packet is here and waits, so that later ones may be slower.
        /// `counts`: the source had been running, so this wait is missed speech too.
        case filling(until: Instant, counts: Bool)
        case playing
    }

    struct Slot: Sendable {
        var packet: PlayoutPacket
        /// The timestamp without its wraps.
        var position: Int
    }

    /// How long the fastest packet should wait at least, whatever the jitter: so that sound fits a picture that takes
    /// longer. At most `PlayoutLimits.maximumTarget` is believed.
    public var leastDelay: Duration = .zero

    let limits: PlayoutLimits
    var phase = Phase.resting
    var slots: [Slot?]
    /// What is to be played next: its number, and its first sample on the source's clock. Nil before any packet.
    var nextSequence: SequenceNumber?
    var nextPosition = 0
    var delays: DelayEstimator
    var losses = LossEstimator()
    /// Packets until nobody believes any more that the source sends copies of the frame before: in pauses it sends none.
    var packetsWithCopies = 0
    /// Samples handed out since the last of the source's own.
    var concealed = 0
    /// Of them, those that were counted.
    var counted = 0
    /// Whether the other side says that its source runs.
    var isSending = true
    var suspect: SequenceNumber?
    var framesSinceStretch = 0

    /// An empty buffer.
    public init(limits: PlayoutLimits = PlayoutLimits()) {
        self.limits = limits
        slots = Array(repeating: nil, count: Self.capacity)
        delays = DelayEstimator(maximum: limits.maximumTarget)
    }

    /// When the first packet is to be played, give or take `limits.startTolerance`; nil when none waits.
    public var startsAt: Instant? {
        switch phase {
        case .filling(let until, _): until
        case .resting, .playing: nil
        }
    }

    /// Whether the first packet is still to wait at the tick of `now`.
    public func isTooEarly(at now: Instant) -> Bool {
        startsAt.map { now + PlayoutClock.duration(samples: limits.startTolerance) < $0 } ?? false
    }

    /// Whether there is nothing to play and nothing to conceal.
    public var isResting: Bool { phase == .resting }

    /// How long a caller whose output has no clock of its own should wait at the tick of `now`, because the next frame
    /// is not here but may still come: up to `limits.patience`. Zero when it is here, or its time is over.
    public func patience(at now: Instant) -> Duration {
        guard phase == .playing, isSending, concealed == 0, let expected = nextSequence,
            slots[Self.index(of: expected)] == nil
        else { return .zero }
        // Nothing behind it either: the whole path is late. Else it was overtaken, and is lost once all that jitter
        // explains is over.
        let plausible = waitingCount == 0 ? limits.patience : delays.needed - slack(at: now)
        return PlayoutClock.duration(samples: max(0, min(limits.patience, plausible)))
    }

    /// How long the fastest packet should wait.
    public var target: Duration { PlayoutClock.duration(samples: targetSamples) }

    /// How long the fastest packet waits at `now`, with `buffered` decoded samples in front of it: what the buffer
    /// adds to the delay of the path.
    public func delay(at now: Instant, buffered: Int) -> Duration {
        guard phase == .playing else { return .zero }
        return PlayoutClock.duration(samples: max(0, slack(at: now) - concealed + buffered))
    }

    /// The RTP timestamp of the sample that is heard next, with `buffered` decoded samples in front of the next frame; nil
    /// while none of the source's own samples is heard.
    public func heardTimestamp(buffered: Int) -> UInt32? {
        guard phase == .playing, concealed == 0 else { return nil }
        return UInt32(truncatingIfNeeded: nextPosition - buffered)
    }

    /// The other side says whether its source runs. Only while it runs is what the listener misses counted; the word
    /// may come late, so what was missed since the last packet is then taken back.
    public mutating func setSending(_ isSending: Bool) {
        self.isSending = isSending
        guard !isSending else { return }
        statistics.concealedSamples -= counted
        counted = 0
    }

    /// Another source speaks from now on: everything is forgotten but the statistics and how delays vary.
    public mutating func restart() {
        statistics.discarded += waitingCount
        for index in slots.indices { slots[index] = nil }
        waitingCount = 0
        phase = .resting
        nextSequence = nil
        suspect = nil
        delays.rebase()
    }

    /// How long the fastest packet should wait so that the others come in time.
    var jitterSamples: Int {
        min(limits.maximumTarget, max(limits.minimumTarget, leastSamples, delays.needed - limits.patience))
    }

    /// `leastDelay`, as far as it is believed.
    var leastSamples: Int { min(limits.maximumTarget, PlayoutClock.samples(at: .zero + leastDelay)) }

    /// How much longer it should wait so that the packet behind a lost one, which mends it, is here too.
    var mendingSamples: Int {
        losses.isFrequent && packetsWithCopies > 0 ? max(0, limits.tick - limits.patience) : 0
    }

    var targetSamples: Int { jitterSamples + mendingSamples }

    /// How long the fastest packet of late would have waited, were it the next to be played at `now`.
    func slack(at now: Instant) -> Int {
        guard let fastest = delays.fastest else { return 0 }
        return PlayoutClock.samples(at: now) - nextPosition - fastest
    }

    static func index(of sequence: SequenceNumber) -> Int { Int(sequence.rawValue) & (capacity - 1) }
}
