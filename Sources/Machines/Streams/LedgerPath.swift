internal import Basics

/// Loss recovery and congestion control of one path: the per-path variables of RFC 9002 appendix A.3 and B.2.
struct LedgerPath: Sendable {
    let id: PathID
    var roundTrip = RTTEstimator()
    var controller: any CongestionController
    var pacer = Pacer()
    /// Bytes of packets that ask for receipts, neither acknowledged nor lost; and how many packets that is.
    var inFlightByteCount = 0, inFlightCount = 0
    var nextSequence = 0
    var largestAcknowledged: Int?
    /// When the last packet that asks for a receipt left, or when the last probe was asked for.
    var probeBase: Instant?
    var probeCount = 0
    /// When the oldest packet that a later one has overtaken is lost.
    var lossDeadline: Instant?
    /// Packets sent before the first sample say nothing about persistent congestion (RFC 9002 §7.6.2).
    var firstSampleAt: Instant?
    var statistics = PathStatistics()

    // While one report is taken: whether less than half of the window was in use before it, whether it acknowledges
    // anything here, and the round trip of the newest packet that it does.
    private var isLimitedByUse = false
    private(set) var isAcknowledged = false
    private var sample: (roundTrip: Duration, waited: Duration)?
    // While losses are looked for: the span of lost packets without an acknowledged one between, and what it shows.
    private var lossRun: ClosedRange<Instant>?
    private var newestLost: Instant?
    private var isPersistent = false

    init(_ id: PathID, controller: any CongestionController) {
        self.id = id
        self.controller = controller
    }

    /// A probe is sent no rarer than this while a path is kept, so that an outage costs little more than its length.
    private static let longestProbeTimeout: Duration = .seconds(2)

    /// When something must be sent to ask what became of the packets under way (RFC 9002 §6.2).
    var probeDeadline: Instant? {
        guard inFlightCount > 0, let probeBase else { return nil }
        let timeout = roundTrip.probeTimeout
        guard probeCount > 0 else { return probeBase + timeout }
        let backedOff = timeout * (1 << min(probeCount, 6))
        return probeBase + min(backedOff, max(timeout, Self.longestProbeTimeout))
    }

    /// What people may see of it.
    var figures: PathStatistics {
        var figures = statistics
        (figures.roundTrip, figures.minimumRoundTrip) = (
            roundTrip.latest.map { _ in roundTrip.smoothed }, roundTrip.minimum
        )
        (figures.window, figures.inFlight) = (controller.window, inFlightByteCount)
        return figures
    }

    /// The span without any acknowledgement that makes congestion persistent (RFC 9002 §7.6.1).
    var persistentCongestion: Duration { roundTrip.probeTimeout * 3 }

    mutating func sent(_ byteCount: Int, asksForReceipt: Bool, at now: Instant) {
        nextSequence += 1
        statistics.sent += 1
        guard asksForReceipt else { return }
        inFlightByteCount += byteCount
        inFlightCount += 1
        probeBase = now
        pacer.sent(byteCount)
    }

    mutating func noteProbe(at now: Instant) {
        probeCount += 1
        probeBase = now
    }

    /// A packet is no longer under way.
    private mutating func leave(_ packet: SentPacket) {
        guard packet.asksForReceipt else { return }
        inFlightByteCount -= packet.byteCount
        inFlightCount -= 1
    }

    mutating func lose(_ packet: SentPacket) {
        leave(packet)
        statistics.lost += 1
        guard packet.asksForReceipt else { return }
        newestLost = packet.sentAt
        guard let firstSampleAt, packet.sentAt > firstSampleAt else { return }
        let first = lossRun?.lowerBound ?? packet.sentAt
        lossRun = first...packet.sentAt
        if packet.sentAt - first > persistentCongestion { isPersistent = true }
    }

    // MARK: - One report

    mutating func beginReport() {
        isLimitedByUse = inFlightByteCount < controller.window / 2
        isAcknowledged = false
        sample = nil
    }

    /// `packet` was not acknowledged before. `age` is how long its receipt waited.
    mutating func acknowledge(_ packet: SentPacket, age: Duration, at now: Instant) {
        isAcknowledged = true
        statistics.acknowledged += 1
        guard packet.fate == .outstanding else { return statistics.lostInError += 1 }
        leave(packet)
        if packet.sequence > largestAcknowledged ?? -1 {
            largestAcknowledged = packet.sequence
            // The receipt of a packet that did not ask for one waits longer than the reporter may say.
            if packet.asksForReceipt { sample = (now - packet.sentAt, age) }
        }
        guard packet.asksForReceipt else { return }
        controller.acknowledged(
            byteCount: packet.byteCount, sentAt: packet.sentAt, isLimitedByUse: isLimitedByUse, roundTrip: roundTrip,
            at: now)
    }

    mutating func endReport(at now: Instant) {
        if isAcknowledged { probeCount = 0 }
        guard let sample else { return }
        roundTrip.sample(sample.roundTrip, waited: sample.waited)
        if firstSampleAt == nil { firstSampleAt = now }
    }

    // MARK: - One pass of loss detection

    mutating func beginDetection() {
        lossDeadline = nil
        lossRun = nil
        newestLost = nil
        isPersistent = false
    }

    /// Whether `packet` is lost. If it is only late, the moment is noted at which it will be.
    mutating func judge(_ packet: SentPacket, threshold: Int, at now: Instant) -> Bool {
        guard packet.fate == .outstanding, let largestAcknowledged, packet.sequence < largestAcknowledged
        else { return false }
        let deadline = packet.sentAt + roundTrip.lossDelay
        if largestAcknowledged - packet.sequence >= threshold || deadline <= now { return true }
        lossDeadline = min(lossDeadline ?? deadline, deadline)
        return false
    }

    /// Something sent between two lost packets has come.
    mutating func endLossRun() { lossRun = nil }

    mutating func endDetection(at now: Instant) {
        guard let newestLost else { return }
        controller.lost(newestSentAt: newestLost, isPersistent: isPersistent, at: now)
        if isPersistent { roundTrip.resetMinimum() }
    }
}
