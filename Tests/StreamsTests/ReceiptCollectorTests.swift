import Basics
import Testing

@testable import Streams

/// When a report is sent, and what it covers.
@Suite struct ReceiptCollectorTests {
    private let start = Instant(nanoseconds: 1_000_000_000)

    private func number(_ counter: UInt32, epoch: UInt32 = 0) -> PacketNumber {
        PacketNumber(epoch: epoch, counter: counter)
    }

    /// Writes a report into packet `carrier` and answers the counters it covers.
    private func write(
        _ collector: inout ReceiptCollector, in carrier: UInt32 = 0, at now: Instant, room: Int = 1_152
    ) -> Range<UInt32>? {
        var payload = [UInt8](repeating: 0, count: room)
        guard let (end, byteCount) = collector.write(into: &payload, at: now) else { return nil }
        collector.sent(end, as: number(carrier, epoch: 9))
        let bytes = Array(payload.prefix(byteCount))
        guard let report = try? ReceiptReport(parsing: bytes.rawSpan) else { return nil }
        return report.base..<report.base + UInt32(report.count)
    }

    @Test func reportIsDueFiftyMillisecondsAfterTheFirstPacket() {
        var collector = ReceiptCollector()
        #expect(collector.nextTimeout == nil)
        for counter in UInt32(0)..<3 {
            collector.received(number(counter), .prompt, at: start + .milliseconds(Int64(counter) * 10))
        }
        #expect(!collector.hasReport)
        #expect(collector.nextTimeout == start + .milliseconds(50))
        collector.timeout(at: start + .milliseconds(49))
        #expect(!collector.hasReport)
        collector.timeout(at: start + .milliseconds(50))
        #expect(collector.hasReport && collector.nextTimeout == nil)
        #expect(write(&collector, at: start + .milliseconds(50)) == 0..<3)
        #expect(!collector.hasReport && collector.nextTimeout == nil)
    }

    @Test func reportOfMediaAloneIsDueAfterAHundredMillisecondsAndJoinsFromEighty() {
        var collector = ReceiptCollector()
        for counter in UInt32(0)..<5 {
            collector.received(number(counter), .relaxed, at: start + .milliseconds(Int64(counter) * 20))
        }
        collector.joined(at: start + .milliseconds(79))
        collector.timeout(at: start + .milliseconds(79))
        #expect(!collector.hasReport && collector.nextTimeout == start + .milliseconds(100))
        collector.joined(at: start + .milliseconds(80))
        #expect(collector.hasReport && write(&collector, at: start + .milliseconds(80)) == 0..<5)
    }

    @Test func whatMayBeSentAgainHastensTheReportOfMedia() {
        var collector = ReceiptCollector()
        collector.received(number(0), .relaxed, at: start)
        collector.received(number(1), .prompt, at: start + .milliseconds(20))
        #expect(collector.nextTimeout == start + .milliseconds(70))
        collector.received(number(2), .relaxed, at: start + .milliseconds(40))
        collector.received(number(3), .prompt, at: start + .milliseconds(60))
        #expect(collector.nextTimeout == start + .milliseconds(70))
    }

    @Test func reportJoinsAPacketThatLeavesAfterThirtyMilliseconds() {
        var collector = ReceiptCollector()
        collector.joined(at: start)
        #expect(!collector.hasReport)
        collector.received(number(0), .prompt, at: start)
        collector.joined(at: start + .milliseconds(29))
        #expect(!collector.hasReport && collector.nextTimeout == start + .milliseconds(50))
        collector.joined(at: start + .milliseconds(30))
        #expect(collector.hasReport && write(&collector, at: start + .milliseconds(30)) == 0..<1)
        collector.joined(at: start + .milliseconds(90))
        #expect(!collector.hasReport)
    }

    @Test func reportIsDueAtTheTwentiethPacket() {
        var collector = ReceiptCollector()
        for counter in UInt32(0)..<19 { collector.received(number(counter), .prompt, at: start) }
        #expect(!collector.hasReport)
        collector.received(number(19), .prompt, at: start)
        #expect(collector.hasReport)
    }

    @Test func reportIsDueAtOnceOnAGapAndWhenItIsFilled() {
        var collector = ReceiptCollector()
        collector.received(number(0), .prompt, at: start)
        collector.received(number(2), .prompt, at: start)
        #expect(collector.hasReport)
        _ = write(&collector, at: start)
        collector.received(number(1), .prompt, at: start)
        #expect(collector.hasReport)
    }

    @Test func paddingAndReceiptsCauseNoReportButStandInTheNext() {
        var collector = ReceiptCollector()
        for counter in [UInt32](0..<100) + [500] {
            collector.received(number(counter), .none, at: start)
        }
        #expect(!collector.hasReport && collector.nextTimeout == nil)
        collector.received(number(501), .prompt, at: start)
        collector.timeout(at: start + .seconds(1))
        #expect(write(&collector, at: start + .seconds(1)) == 0..<502)
    }

    @Test func eachArrivalStandsInThreeReports() {
        var collector = ReceiptCollector()
        var covered: [UInt32: Int] = [:]
        for counter in UInt32(0)..<40 {
            collector.received(number(counter), .prompt, at: start)
            collector.timeout(at: start + .seconds(1))
            for counter in write(&collector, in: counter, at: start) ?? 0..<0 { covered[counter, default: 0] += 1 }
        }
        for counter in UInt32(0)..<38 { #expect(covered[counter] == 3) }
    }

    @Test func lateArrivalStandsInThreeReportsToo() {
        var collector = ReceiptCollector()
        var covered = 0
        for counter in UInt32(0)..<40 where counter != 10 {
            collector.received(number(counter), .prompt, at: start)
            if counter == 30 { collector.received(number(10), .prompt, at: start) }
            collector.timeout(at: start + .seconds(1))
            let range = write(&collector, in: counter, at: start) ?? 0..<0
            if counter >= 30, range.contains(10) { covered += 1 }
        }
        #expect(covered == 3)
    }

    @Test func confirmedReportIsNotRepeated() throws {
        var collector = ReceiptCollector()
        for counter in UInt32(0)..<5 { collector.received(number(counter), .prompt, at: start) }
        collector.timeout(at: start + .seconds(1))
        #expect(write(&collector, in: 77, at: start) == 0..<5)
        // The peer reports packet 77 of our epoch 9.
        let bytes: [UInt8] = [1, 9, 77, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x80]
        collector.confirm(by: try ReceiptReport(parsing: bytes.rawSpan), epoch: 9)
        collector.received(number(5), .prompt, at: start)
        collector.timeout(at: start + .seconds(1))
        #expect(write(&collector, in: 78, at: start) == 5..<6)
    }

    @Test func bothKeysOfARekeyAreReported() {
        var collector = ReceiptCollector()
        collector.received(number(900, epoch: 4), .prompt, at: start)
        collector.received(number(0, epoch: 5), .prompt, at: start)
        #expect(write(&collector, at: start)?.upperBound == 901)
        #expect(write(&collector, at: start) == 0..<1)
        #expect(write(&collector, at: start) == nil)
        // A third key displaces the first; what comes under that is not told.
        collector.received(number(0, epoch: 6), .prompt, at: start)
        collector.received(number(901, epoch: 4), .prompt, at: start)
        collector.timeout(at: start + .seconds(1))
        #expect(write(&collector, at: start) == 0..<1)
        #expect(write(&collector, at: start) == nil)
    }

    @Test func reportIsBoundedByItsCapacityAndTheRoom() {
        var collector = ReceiptCollector()
        for counter in UInt32(0)..<5_000 { collector.received(number(counter), .prompt, at: start) }
        #expect(write(&collector, at: start) == 4_488..<5_000)
        collector.received(number(5_000), .prompt, at: start)
        collector.timeout(at: start + .seconds(1))
        #expect(write(&collector, at: start, room: 32) == 4_991..<5_001)
    }

    @Test func discardedReportIsDueAgain() throws {
        var collector = ReceiptCollector(), payload = [UInt8](repeating: 0, count: 100)
        collector.received(number(1), .prompt, at: start)
        let (end, _) = try #require(collector.write(into: &payload, at: start))
        #expect(!collector.hasReport)
        collector.discard(end)
        #expect(collector.hasReport)
    }

    @Test func farJumpsAndOldCountersAreTaken() {
        var collector = ReceiptCollector()
        for counter in [0, 4_000_000_000, 1, .max - 1, .max, 3_999_999_999, .max - 400] as [UInt32] {
            collector.received(number(counter), .prompt, at: start)
        }
        #expect(write(&collector, at: start)?.upperBound == .max)
    }
}
