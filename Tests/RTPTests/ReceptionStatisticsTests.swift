import Basics
import Testing

@testable import RTP

@Suite struct ReceptionStatisticsTests {
    static func header(_ sequence: Int, ssrc: UInt32 = 5) -> RTPHeader {
        RTPHeader(
            marker: false, payloadType: 111,
            sequence: SequenceNumber(rawValue: UInt16(truncatingIfNeeded: sequence)),
            timestamp: UInt32(truncatingIfNeeded: sequence &* 960), ssrc: ssrc)
    }

    static func time(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }

    static func report(of statistics: inout ReceptionStatistics, at now: Instant) throws -> ReceptionReport {
        let report = statistics.report(at: now)
        return try #require(report)
    }

    @Test func lossAcrossAWrapIsCounted() throws {
        var statistics = ReceptionStatistics()
        for index in 0..<100 where index % 10 != 3 {
            statistics.received(Self.header(65_500 + index), at: Self.time(index * 20))
        }
        #expect(statistics.expected == 100 && statistics.lost == 10)
        let report = try Self.report(of: &statistics, at: Self.time(2_000))
        #expect(report.extendedSequence == 65_599 && report.cumulativeLost == 10 && report.fractionLost == 25)
        #expect(statistics.jitter == .zero)
    }

    @Test func fractionCountsSinceTheReportBefore() throws {
        var statistics = ReceptionStatistics()
        for index in 0..<10 where index != 5 { statistics.received(Self.header(index), at: Self.time(index * 20)) }
        let first = try Self.report(of: &statistics, at: Self.time(200))
        #expect(first.fractionLost == 25)
        for index in 10..<20 { statistics.received(Self.header(index), at: Self.time(index * 20)) }
        let second = try Self.report(of: &statistics, at: Self.time(400))
        #expect(second.fractionLost == 0)
        let third = try Self.report(of: &statistics, at: Self.time(400))
        #expect(third.fractionLost == 0, "no packet since")
    }

    @Test func duplicatesMakeTheLossNegative() throws {
        var statistics = ReceptionStatistics()
        for index in [0, 1, 1, 1, 2] { statistics.received(Self.header(index), at: Self.time(index * 20)) }
        let report = try Self.report(of: &statistics, at: Self.time(60))
        #expect(report.cumulativeLost == -2 && report.fractionLost == 0)
    }

    @Test func jitterFollowsTheFormulaOfTheRFC() {
        var statistics = ReceptionStatistics()
        var expected = 0.0
        var before = 0
        for index in 0..<200 {
            let delay = index % 2 * 5
            statistics.received(Self.header(index), at: Self.time(index * 20 + delay))
            if index > 0 { expected += (Double(abs(delay - before)) - expected) / 16 }
            before = delay
        }
        #expect(abs(statistics.jitter.milliseconds - expected) < 0.01)
    }

    @Test func oneStrayPacketIsNoRestartTwoInARowAre() {
        var statistics = ReceptionStatistics()
        for index in 0..<10 { statistics.received(Self.header(index), at: Self.time(index * 20)) }
        statistics.received(Self.header(40_000), at: Self.time(200))
        #expect(statistics.expected == 10)
        statistics.received(Self.header(40_001), at: Self.time(220))
        #expect(statistics.expected == 1 && statistics.received == 1)
    }

    @Test func anotherSourceStartsAfresh() throws {
        var statistics = ReceptionStatistics()
        let nothing = statistics.report(at: .zero)
        #expect(nothing == nil)
        for index in 0..<10 { statistics.received(Self.header(index), at: Self.time(index * 20)) }
        statistics.received(Self.header(900, ssrc: 6), at: Self.time(200))
        let other = try Self.report(of: &statistics, at: Self.time(200))
        #expect(other.ssrc == 6)
        #expect(statistics.expected == 1)
    }

    @Test func delaySinceTheSendersReportIsMeasured() throws {
        var statistics = ReceptionStatistics()
        statistics.received(Self.header(0), at: .zero)
        let time = NTPTime(rawValue: 0x1111_2222_3333_4444)
        let report = SenderReport(ssrc: 5, ntpTime: time, timestamp: 0, packetCount: 0, octetCount: 0)
        statistics.received(report, at: Self.time(100))
        let block = try Self.report(of: &statistics, at: Self.time(1_600))
        #expect(block.lastReport == 0x2222_3333 && block.delaySinceLastReport == 65_536 + 32_768)
    }
}
