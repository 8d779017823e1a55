internal import Basics

/// When the newest packets under one key arrived, and which of that the peer still has to be told.
struct ArrivalWindow: Sendable {
    let epoch: UInt32
    /// Whether a packet asked for a receipt since the last report.
    var isReportDue = false
    /// Arrival by counter modulo `capacity`; nil: not arrived.
    private var arrivals = [Instant?](repeating: nil, count: ReceiptReport.capacity)
    /// Behind the newest arrival.
    private var end: UInt32 = 0
    /// The next report begins here; all before it has been told often enough.
    private var floor: UInt32 = 0
    /// The last reports: how far each went, and which packet carried it.
    private var reports: [(end: UInt32, number: PacketNumber)] = []

    /// In so many reports each arrival stands.
    private static let repetitions = 3
    /// So many reports are remembered until the peer acknowledges them.
    private static let remembered = 8

    init(epoch: UInt32) {
        self.epoch = epoch
        reports.reserveCapacity(Self.remembered + 1)
    }

    /// Notes an arrival; true when it is the one expected next.
    mutating func insert(_ counter: UInt32, at now: Instant) -> Bool {
        guard counter < .max else { return false }  // Transport ends a key long before
        let expected = end
        if counter >= end {
            clear(from: end, to: counter)
            end = counter + 1
            raiseFloor(to: end - min(end, UInt32(arrivals.count)))
        } else {
            guard end - counter <= arrivals.count else { return false }  // too late to be told
            lowerFloor(to: counter)
        }
        arrivals[Self.slot(counter)] = now
        return counter == expected
    }

    /// Writes a report of all from the floor, or of its newest part that fits. The answer is how far it goes.
    @_lifetime(writer: copy writer)
    func write(_ writer: inout PayloadWriter, at now: Instant) -> UInt32? {
        let fitting = min((writer.room - ReceiptReport.headerByteCount) / 2, ReceiptReport.capacity)
        guard fitting > 0, floor < end else { return nil }
        let count = min(end - floor, UInt32(fitting))
        writer.uint8(PlaintextKind.receipts)
        writer.uint8(UInt8(truncatingIfNeeded: epoch))
        writer.littleEndian(end - count)
        writer.littleEndian(UInt16(count))
        writer.littleEndian(Self.reportTime(now))
        for counter in end - count..<end { writer.littleEndian(Self.entry(arrivals[Self.slot(counter)], now)) }
        return end
    }

    /// The report up to `end` left in packet `number`.
    mutating func reported(upTo end: UInt32, in number: PacketNumber) {
        reports.append((end, number))
        if reports.count >= Self.repetitions { raiseFloor(to: reports[reports.count - Self.repetitions].end) }
        if reports.count > Self.remembered { reports.removeFirst() }
    }

    /// What those of our reports said that `report` acknowledges need not be said again.
    mutating func confirm(by report: borrowing ReceiptReport, epoch: UInt32) {
        for index in reports.indices.reversed() where report.acknowledges(reports[index].number, epoch: epoch) {
            raiseFloor(to: reports[index].end)
            return reports.removeFirst(index + 1)
        }
    }

    /// The reports in packets of `epoch` did not arrive.
    mutating func forgetReports(from epoch: UInt32) { reports.removeAll { $0.number.epoch >= epoch } }

    private mutating func raiseFloor(to counter: UInt32) { floor = max(floor, counter) }

    /// A late arrival: no report so far has told it.
    private mutating func lowerFloor(to counter: UInt32) {
        floor = min(floor, counter)
        for index in reports.indices { reports[index].end = min(reports[index].end, counter) }
    }

    private mutating func clear(from first: UInt32, to last: UInt32) {
        for counter in max(first, last - min(last, UInt32(arrivals.count)))..<last {
            arrivals[Self.slot(counter)] = nil
        }
    }

    private static func slot(_ counter: UInt32) -> Int { Int(counter) & (ReceiptReport.capacity - 1) }

    private static func reportTime(_ now: Instant) -> UInt32 {
        let (seconds, rest) = now.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return UInt32(truncatingIfNeeded: seconds &* 65_536 &+ rest * 65_536 / 1_000_000_000)
    }

    private static func entry(_ arrival: Instant?, _ now: Instant) -> UInt16 {
        guard let arrival else { return 0 }
        let ticks = min(max(0, (now - arrival).nanoseconds), 8_000_000_000) * 1_024 / 1_000_000_000
        return 0x8000 | UInt16(min(ticks, Int64(ReceiptReport.longestOffset)))
    }
}
