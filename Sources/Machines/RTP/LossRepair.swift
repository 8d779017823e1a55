public import Basics

/// Which packets of a source are missing, and when to ask for them again: the receiver's side of generic NACKs.
///
/// Hand in each packet with `received`, what comes again too, and call `timeout` when its time has come; after each, drain
/// `poll` until it answers `.wait`. Nothing is allocated but the list that is to be sent.
///
/// Of packets before the first nobody knows whether there were any. When what is there makes no sense without something
/// before it, `suspect(before:)` asks for a few all the same; only those that come count as having been missing.
///
/// The limits are libwebrtc's: 1,000 packets, ten times each, a round trip apart. What is given up is told: the pictures
/// that refer to it need a key frame.
public struct LossRepair: Sendable {
    /// What to do.
    public enum Output: Equatable, Sendable {
        /// Ask the sender for these (at most 59 entries).
        case ask([NACKEntry])
        /// What is missing up to this number will not come any more.
        case gaveUp(through: SequenceNumber)
        /// Nothing to do before this; nil when nothing is missing.
        case wait(until: Instant?)
    }

    /// How far behind the newest packet one is still asked for.
    public static let span = 1_000
    /// How often one packet is asked for.
    public static let maximumRequests = 10
    /// A path that reorders packets by more is not waited for: asking is cheaper.
    public static let maximumTolerance: Duration = .milliseconds(50)

    /// How many packets before the first are asked for: a large key frame.
    public static let guessCount = 136

    /// The shortest time between two requests.
    public static let reviewInterval: Duration = .milliseconds(5)

    /// What has happened so far.
    public private(set) var statistics = LossRepairStatistics()
    /// How long a request and its answer take: the caller measures it.
    public var roundTrip: Duration = .milliseconds(100)

    private struct Missing: Sendable {
        var since: Instant
        /// Whether it may never have been sent.
        var isGuess = false
        var asked: Instant?
        var requestCount = 0
    }

    private static let slotCount = 1_024
    private var slots: [Missing?] = Array(repeating: nil, count: slotCount)
    private var missingCount = 0
    private var newest: SequenceNumber?
    /// No packet before this one is missing.
    private var oldest = SequenceNumber(rawValue: 0)
    private var suspect: SequenceNumber?
    /// How much later than its successors a packet may come on this path.
    private var tolerance: Duration = .zero
    private var deadline: Instant?
    private var lastReview: Instant?
    private var toAsk: [NACKEntry] = []
    private var gaveUpThrough: SequenceNumber?

    /// Nothing received yet.
    public init() {}

    /// What to do now. Ask until it answers `.wait`.
    public mutating func poll() -> Output {
        if let through = gaveUpThrough {
            gaveUpThrough = nil
            return .gaveUp(through: through)
        }
        guard toAsk.isEmpty else {
            defer { toAsk = [] }
            return .ask(toAsk)
        }
        return .wait(until: missingCount > 0 ? deadline : nil)
    }

    /// A packet came, for the first time or again (`isRetransmission`).
    public mutating func received(_ sequence: SequenceNumber, isRetransmission: Bool, at now: Instant) {
        guard let newest else { return begin(at: sequence) }
        let step = sequence.distance(from: newest)
        switch step {
        case ...(-Self.span): doubt(sequence)
        case ...0: fill(sequence, isRetransmission: isRetransmission, at: now)
        case ...Self.span: advance(to: sequence, by: step, at: now)
        default: jump(to: sequence, by: step)
        }
    }

    /// The first packet that came, `sequence`, does not begin anything: what it belongs to has begun before. Asks for
    /// `guessCount` packets before it. Does nothing later on.
    public mutating func suspect(before sequence: SequenceNumber, at now: Instant) {
        guard sequence == newest, oldest == sequence.next, missingCount == 0 else { return }
        oldest = sequence.advanced(by: -Self.guessCount)
        var guess = oldest
        while guess != sequence {
            slots[Self.index(of: guess)] = Missing(since: now, isGuess: true)
            guess = guess.next
        }
        missingCount = Self.guessCount
        reviewSoon(at: now)
    }

    /// Packets before `sequence` are not needed any more.
    public mutating func passed(_ sequence: SequenceNumber) {
        guard let newest, sequence.distance(from: oldest) > 0 else { return }
        let end = sequence.isNewer(than: newest) ? newest.next : sequence
        while oldest != end {
            remove(oldest)
            oldest = oldest.next
        }
    }

    /// Time has passed. Too early is harmless.
    public mutating func timeout(at now: Instant) {
        guard missingCount > 0, let deadline, now >= deadline else { return }
        review(at: now)
    }

    // MARK: Numbers

    private mutating func begin(at sequence: SequenceNumber) {
        newest = sequence
        oldest = sequence.next
    }

    private mutating func fill(_ sequence: SequenceNumber, isRetransmission: Bool, at now: Instant) {
        guard let missing = slots[Self.index(of: sequence)], sequence.distance(from: oldest) >= 0 else { return }
        remove(sequence)
        if missing.isGuess { statistics.missing += 1 }
        if isRetransmission {
            statistics.repaired += 1
            tolerance = tolerance * 15 / 16
        } else {
            statistics.reordered += 1
            tolerance = min(Self.maximumTolerance, max(tolerance, (now - missing.since) * 5 / 4))
        }
    }

    private mutating func advance(to sequence: SequenceNumber, by step: Int, at now: Instant) {
        suspect = nil
        var next = (newest ?? sequence).next
        newest = sequence
        giveUp(before: sequence.advanced(by: -Self.span))
        guard step > 1 else { return }
        while next != sequence {
            slots[Self.index(of: next)] = Missing(since: now)
            next = next.next
        }
        missingCount += step - 1
        statistics.missing += step - 1
        reviewSoon(at: now)
    }

    /// The sender was silent for long, or lies: nobody could show what lies between.
    private mutating func jump(to sequence: SequenceNumber, by step: Int) {
        forgetAll()
        statistics.missing += step - 1
        statistics.givenUp += step - 1
        gaveUpThrough = sequence.advanced(by: -1)
        begin(at: sequence)
    }

    /// So far back a single packet is late; two that follow each other are a source that begins anew.
    private mutating func doubt(_ sequence: SequenceNumber) {
        guard sequence == suspect else {
            suspect = sequence.next
            return
        }
        suspect = nil
        forgetAll()
        begin(at: sequence)
    }

    private mutating func giveUp(before sequence: SequenceNumber) {
        while sequence.isNewer(than: oldest) {
            drop(oldest)
            oldest = oldest.next
        }
    }

    private mutating func forgetAll() {
        statistics.givenUp += slots.count { $0?.isGuess == false }
        for index in slots.indices { slots[index] = nil }
        missingCount = 0
        toAsk = []
    }

    // MARK: Times

    /// Reviews now, or when the shortest time between two reviews is over: who leaves a gap before each packet shall not
    /// make us send a request for each.
    private mutating func reviewSoon(at now: Instant) {
        guard let lastReview, now < lastReview + Self.reviewInterval else { return review(at: now) }
        deadline = (lastReview + Self.reviewInterval).orEarlier(deadline)
    }

    /// Looks through all that is missing: what to ask for, what to give up, and when to look again.
    private mutating func review(at now: Instant) {
        guard let newest else { return }
        lastReview = now
        while missingCount > 0, slots[Self.index(of: oldest)] == nil { oldest = oldest.next }
        var next = Instant.distantFuture, sequence = oldest
        while newest.isNewer(than: sequence) {
            if let missing = slots[Self.index(of: sequence)] {
                next = min(next, review(sequence, missing, at: now))
            }
            sequence = sequence.next
        }
        deadline = next
    }

    /// Reviews one missing packet; answers when to look at it again.
    private mutating func review(_ sequence: SequenceNumber, _ missing: Missing, at now: Instant) -> Instant {
        let due = missing.asked.map { $0 + retryInterval } ?? missing.since + tolerance
        guard now >= due else { return due }
        guard missing.requestCount < Self.maximumRequests, now < missing.since + maximumAge else {
            drop(sequence)
            return .distantFuture
        }
        slots[Self.index(of: sequence)]?.asked = now
        slots[Self.index(of: sequence)]?.requestCount += 1
        statistics.requested += 1
        ask(for: sequence)
        return now + retryInterval
    }

    private mutating func ask(for sequence: SequenceNumber) {
        if let last = toAsk.indices.last, toAsk[last].include(sequence) { return }
        toAsk.append(NACKEntry(packetID: sequence))
    }

    /// A packet will not come any more, if it is missing.
    private mutating func drop(_ sequence: SequenceNumber) {
        let isGuess = slots[Self.index(of: sequence)]?.isGuess
        guard remove(sequence), isGuess == false else { return }
        statistics.givenUp += 1
        gaveUpThrough = sequence
    }

    /// A little more than a round trip: an answer under way should not be asked for again.
    private var retryInterval: Duration { roundTrip * 9 / 8 + .milliseconds(5) }

    /// Later than this no picture waits any more.
    private var maximumAge: Duration { min(.seconds(3), max(.seconds(1), roundTrip * 3)) }

    @discardableResult
    private mutating func remove(_ sequence: SequenceNumber) -> Bool {
        let index = Self.index(of: sequence)
        guard slots[index] != nil else { return false }
        slots[index] = nil
        missingCount -= 1
        return true
    }

    private static func index(of sequence: SequenceNumber) -> Int { Int(sequence.rawValue) & (slotCount - 1) }
}
