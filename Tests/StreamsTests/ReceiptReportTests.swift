import Basics
import TestSupport
import Testing

@testable import Streams

/// The layout of a report, by hand from the drawing above `ReceiptReport`.
@Suite struct ReceiptReportTests {
    private func report(
        epoch: UInt8 = 0, base: UInt32, time: UInt32 = 0, _ entries: [UInt16], count: UInt16? = nil
    ) -> [UInt8] {
        var writer = ByteWriter()
        writer.uint8(1)
        writer.uint8(epoch)
        writer.littleEndian(base)
        writer.littleEndian(count ?? UInt16(entries.count))
        writer.littleEndian(time)
        for entry in entries { writer.littleEndian(entry) }
        return writer.bytes
    }

    @Test func fieldsStandWhereTheyAreDrawn() throws {
        let bytes = report(epoch: 0xAB, base: 0x0102_0304, time: 0x0A0B_0C0D, [0x8000, 0, 0x8000 | 1_024, 0xFFFE])
        #expect(bytes.prefix(12) == [1, 0xAB, 4, 3, 2, 1, 4, 0, 0x0D, 0x0C, 0x0B, 0x0A])
        let report = try ReceiptReport(parsing: bytes.rawSpan)
        #expect(report.epoch == 0xAB && report.base == 0x0102_0304 && report.count == 4 && report.time == 0x0A0B_0C0D)
        #expect(report.age(at: 0) == .zero)
        #expect(report.age(at: 1) == nil)
        #expect(report.age(at: 2) == .seconds(1))
        #expect(report.age(at: 3) ?? .zero > .seconds(7))
    }

    @Test func writtenReportIsReadBack() throws {
        var collector = ReceiptCollector(), random = SplitMix(seed: 3)
        var now = Instant(nanoseconds: 1 << 45), arrived: [UInt32: Instant] = [:]
        for counter in UInt32(1_000)..<1_300 where Bool.random(using: &random) {
            now += .milliseconds(Int64.random(in: 0...20, using: &random))
            collector.received(PacketNumber(epoch: 300, counter: counter), .prompt, at: now)
            arrived[counter] = now
        }
        var payload = [UInt8](repeating: 0xFF, count: 1_152)
        let byteCount = try #require(collector.write(into: &payload, at: now)).byteCount
        let bytes = Array(payload.prefix(byteCount)), report = try ReceiptReport(parsing: bytes.rawSpan)
        #expect(report.epoch == UInt8(300 & 255))
        #expect(UInt64(report.time) == UInt64(now.nanoseconds / 1_000 * 65_536 / 1_000_000) & 0xFFFF_FFFF)
        for index in 0..<report.count {
            let expected = arrived[report.base + UInt32(index)].map { now - $0 }
            #expect((report.age(at: index) == nil) == (expected == nil))
            guard let expected, let age = report.age(at: index) else { continue }
            #expect(age <= expected && expected - age < .milliseconds(1))
        }
        #expect(report.base + UInt32(report.count) == (arrived.keys.max() ?? 0) + 1)
    }

    @Test func brokenReportsAreRefused() {
        let good = report(base: 5, [0x8000, 0, 0x8000])
        let bad: [[UInt8]] =
            (0..<good.count).map { Array(good.prefix($0)) } + [
                good + [0], good + [0, 0], [2] + good.dropFirst(), report(base: 5, []),
                report(base: .max, [0x8000, 0x8000]), report(base: 0, Array(repeating: 0, count: 513)),
                report(base: 5, [0x8000], count: 65_535),
            ]
        for bytes in bad { #expect(throws: StreamViolation.malformed) { try parse(bytes) } }
    }

    @Test func noBytesTrapTheParser() {
        var random = SplitMix(seed: 11)
        for _ in 0..<20_000 {
            var bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            if let first = bytes.indices.first { bytes[first] = 1 }
            if bytes.count > 12, Bool.random(using: &random) {
                (bytes[6], bytes[7]) = (UInt8((bytes.count - 12) / 2), 0)
            }
            try? parse(bytes)
        }
    }

    private func parse(_ bytes: [UInt8]) throws(StreamViolation) {
        let report = try ReceiptReport(parsing: bytes.rawSpan)
        for index in 0..<report.count { _ = report.age(at: index) }
        #expect(ReceiptReport.headerByteCount + 2 * report.count == bytes.count)
    }
}

extension ReceiptCollector {
    /// Writes a report as `Delivery` does.
    mutating func write(into payload: inout [UInt8], at now: Instant) -> (end: ReportedEnd, byteCount: Int)? {
        var span = payload.mutableRawSpan
        var writer = PayloadWriter(span._mutatingExtracting(0..<span.byteCount))
        guard let end = write(&writer, at: now) else { return nil }
        return (end, writer.byteCount)
    }
}
