import Basics
import Testing

@testable import RTP

@Suite struct RTPPacketTests {
    static let header = RTPHeader(
        marker: true, payloadType: 111, sequence: SequenceNumber(rawValue: 0xFFFE), timestamp: 0x0102_0304,
        ssrc: 0x1122_3344)

    static func packet(_ header: RTPHeader = header, payload: [UInt8]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: RTPHeader.byteCount) + payload
        var span = bytes.mutableRawSpan
        header.write(to: &span)
        return bytes
    }

    @Test func headerHasTheLayoutOfTheRFC() {
        #expect(Self.packet(payload: []) == [0x80, 0xEF, 0xFF, 0xFE, 1, 2, 3, 4, 0x11, 0x22, 0x33, 0x44])
    }

    @Test func whatIsWrittenIsRead() throws {
        let bytes = Self.packet(payload: [9, 8, 7])
        let packet = try RTPPacket(parsing: bytes.rawSpan)
        #expect(packet.header == Self.header)
        let payload = [UInt8](packet.payload)
        #expect(payload == [9, 8, 7])
    }

    @Test func sourcesExtensionAndPaddingAreCutOff() throws {
        var bytes = Self.packet(payload: [])
        bytes[0] = 0x80 | 0x20 | 0x10 | 2
        bytes += [UInt8](repeating: 0xAA, count: 8)  // two CSRCs
        bytes += [0xBE, 0xDE, 0, 1, 0x51, 0, 0, 0]  // an extension of one word
        bytes += [1, 2, 3, 0, 2]
        let payload = [UInt8](try RTPPacket(parsing: bytes.rawSpan).payload)
        #expect(payload == [1, 2, 3])
    }

    @Test func everyPrefixOfAPacketIsReadOrRefused() {
        var bytes = Self.packet(payload: [])
        bytes[0] = 0x80 | 0x10 | 1
        bytes += [0, 0, 0, 1, 0xBE, 0xDE, 0, 1, 0, 0, 0, 0, 5]
        for count in 0..<bytes.count {
            let prefix = Array(bytes.prefix(count))
            let isRead = (try? RTPPacket(parsing: prefix.rawSpan).payload.byteCount) != nil
            #expect(isRead == (count >= 24), "\(count) bytes")
        }
    }

    @Test(arguments: [UInt8(0), 4, 255]) func impossiblePaddingIsRefused(count: UInt8) {
        var bytes = Self.packet(payload: [1, 2, count])
        bytes[0] |= 0x20
        #expect(throws: RTPDropReason.badPadding(count)) { _ = try RTPPacket(parsing: bytes.rawSpan).header }
    }

    @Test func anotherVersionIsRefused() {
        var bytes = Self.packet(payload: [1])
        bytes[0] = 0x40
        #expect(throws: RTPDropReason.wrongVersion(1)) { _ = try RTPPacket(parsing: bytes.rawSpan).header }
    }

    @Test func firstTwoBytesTellMediaFromControl() {
        func kind(_ bytes: UInt8...) -> RTPKind? { RTPKind(bytes.rawSpan) }
        #expect(kind(0x80, 111) == .media)
        #expect(kind(0x80, 0x80 | 111) == .media)
        #expect((UInt8(192)...223).allSatisfy { kind(0x81, $0) == .control })
        #expect(kind(0x7F, 200) == nil)
        #expect(kind(0xC1, 200) == nil)
        #expect(kind(0x00, 0) == nil)
        #expect(kind(0x80) == nil)
    }

    @Test func senderNumbersPacketsAndWraps() {
        var sender = RTPSender(
            ssrc: 7, firstSequence: SequenceNumber(rawValue: .max), firstTimestamp: .max - 959)
        let first = sender.nextHeader(mediaTime: 0, marker: true, payloadByteCount: 80)
        let second = sender.nextHeader(mediaTime: 960, marker: false, payloadByteCount: 80)
        #expect(first.sequence.rawValue == .max && second.sequence.rawValue == 0)
        #expect(second.timestamp == 0 && first.timestamp == .max - 959)
        let report = sender.report(mediaTime: 1_920, at: WallTime(milliseconds: 500))
        #expect(report.packetCount == 2 && report.octetCount == 160 && report.timestamp == 960)
        #expect(report.ntpTime.rawValue == UInt64(2_208_988_800) << 32 | 1 << 31)
    }
}
