internal import Basics

/// The receiving side of receipts: what arrived under the two newest keys, and when the peer is to be told.
///
/// A report is due 50 ms after the first packet that asks for one, 100 ms if only media does, at the twentieth, and at once
/// after a gap; in the last 20 ms it goes with the next packet that leaves anyway, which spares both sides a wake. Each
/// arrival stands in three reports, because a report is never sent again; when the peer acknowledges a report, what it
/// said is dropped earlier (RFC 9000 §13.2.4).
struct ReceiptCollector: Sendable {
    /// The longest wait of a packet for its receipt.
    static let longestDelay: Duration = .milliseconds(100)
    /// The same, of what may be sent again: the `max_ack_delay` of RFC 9002.
    static let promptDelay: Duration = .milliseconds(50)
    /// So long before it is due a report joins a packet that leaves.
    private static let joiningTime: Duration = .milliseconds(20)
    /// So many packets that ask for receipts cause a report.
    static let packetThreshold = 20

    /// Newest key first. Two: around a rekey packets under the old key are still on their way.
    private var epochs: [ArrivalWindow] = []
    private var asking = 0
    private var isDue = false
    private var deadline: Instant?

    /// Notes a packet that was opened and taken. Padding and receipts do not ask for a receipt (PROTOCOL §3).
    mutating func received(_ number: PacketNumber, _ urgency: ReceiptUrgency, at now: Instant) {
        guard let index = window(of: number.epoch) else { return }
        let isInOrder = epochs[index].insert(number.counter, at: now)
        guard let delay = urgency.delay else { return }
        epochs[index].isReportDue = true
        asking += 1
        if !isInOrder || asking >= Self.packetThreshold { isDue = true }
        deadline = min(deadline ?? .distantFuture, now + delay)
    }

    private mutating func window(of epoch: UInt32) -> Int? {
        if let index = epochs.firstIndex(where: { $0.epoch == epoch }) { return index }
        guard epoch > epochs.first?.epoch ?? 0 || epochs.isEmpty else { return nil }  // older than the two newest
        epochs.insert(ArrivalWindow(epoch: epoch), at: 0)
        if epochs.count > 2 { epochs.removeLast() }
        return 0
    }

    /// When a report becomes due; nil when none will, or when one is due already.
    var nextTimeout: Instant? { isDue ? nil : deadline }

    mutating func timeout(at now: Instant) {
        if let deadline, deadline <= now { isDue = true }
    }

    /// Another packet leaves now.
    mutating func joined(at now: Instant) {
        guard let deadline, now + Self.joiningTime >= deadline else { return }
        isDue = true
    }

    /// Whether a report is to be written.
    var hasReport: Bool { isDue && epochs.contains { $0.isReportDue } }

    /// Writes one report, of the oldest key that has one; `sent` names the packet that carries it.
    @_lifetime(writer: copy writer)
    mutating func write(_ writer: inout PayloadWriter, at now: Instant) -> ReportedEnd? {
        guard let index = epochs.lastIndex(where: { $0.isReportDue }), let end = epochs[index].write(&writer, at: now)
        else { return nil }
        let reported = ReportedEnd(epoch: epochs[index].epoch, end: end)
        epochs[index].isReportDue = false
        if !epochs.contains(where: { $0.isReportDue }) { (asking, isDue, deadline) = (0, false, nil) }
        return reported
    }

    /// The report left in packet `number`.
    mutating func sent(_ reported: ReportedEnd, as number: PacketNumber) {
        guard let index = epochs.firstIndex(where: { $0.epoch == reported.epoch }) else { return }
        epochs[index].reported(upTo: reported.end, in: number)
    }

    /// The report could not be sent.
    mutating func discard(_ reported: ReportedEnd) {
        guard let index = epochs.firstIndex(where: { $0.epoch == reported.epoch }) else { return }
        epochs[index].isReportDue = true
        isDue = true
    }

    /// The peer reports what has arrived of ours: with it, some of our own reports.
    mutating func confirm(by report: borrowing ReceiptReport, epoch: UInt32) {
        for index in epochs.indices { epochs[index].confirm(by: report, epoch: epoch) }
    }

    /// Nothing that we sent under the keys from `epoch` on arrived, our reports included.
    mutating func void(epoch: UInt32) {
        for index in epochs.indices { epochs[index].forgetReports(from: epoch) }
    }
}

/// How far a report went.
struct ReportedEnd: Equatable, Sendable {
    let epoch: UInt32
    /// The counter behind the last one reported.
    let end: UInt32
}
