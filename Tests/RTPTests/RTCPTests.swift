import Basics
import Testing

@testable import RTP

@Suite struct RTCPTests {
    static let sender = SenderReport(
        ssrc: 1, ntpTime: NTPTime(rawValue: 0x0102_0304_0506_0708), timestamp: 960, packetCount: 50, octetCount: 4_000)
    static let block = ReceptionReport(
        ssrc: 2, fractionLost: 64, cumulativeLost: -3, extendedSequence: 0x0001_0002, jitter: 12, lastReport: 77,
        delaySinceLastReport: 88)

    static func write(_ packets: [RTCPPacket], room: Int = 1_200) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: room)
        var writer = RTCPWriter()
        var span = buffer.mutableRawSpan
        for packet in packets where !writer.append(packet, to: &span) { return nil }
        return Array(buffer.prefix(writer.byteCount))
    }

    static func read(_ bytes: [UInt8]) throws -> [RTCPPacket] {
        var reader = RTCPReader(bytes.rawSpan)
        var packets: [RTCPPacket] = []
        while let packet = try reader.next() { packets.append(packet) }
        return packets
    }

    @Test func whatIsWrittenIsRead() throws {
        let compound: [RTCPPacket] = [
            .senderReport(Self.sender, [Self.block]), .receiverReport(from: 3, [Self.block, Self.block]),
            .missing(
                from: 3, media: 1,
                [
                    NACKEntry(packetID: SequenceNumber(rawValue: 65_535), following: 0x8001),
                    NACKEntry(packetID: .init(rawValue: 40)),
                ]),
            .pictureLoss(from: 3, media: 1), .goodbye([1, 4]),
        ]
        let bytes = try #require(Self.write(compound))
        #expect(bytes.count == 52 + 56 + 20 + 12 + 12)
        #expect(try Self.read(bytes) == compound)
    }

    @Test func whatDoesNotFitIsNotWritten() {
        let report = RTCPPacket.senderReport(Self.sender, [])
        #expect(Self.write([report], room: 27) == nil)
        #expect(Self.write([report], room: 28)?.count == 28)
        #expect(Self.write([.goodbye(Array(repeating: 9, count: 32))]) == nil)
        #expect(Self.write([.other(type: 205)]) == nil)
    }

    @Test func feedbackStandsAsTheRFCDrawsIt() throws {
        let entry = NACKEntry(packetID: SequenceNumber(rawValue: 0x0102), following: 0x8001)
        #expect(
            Self.write([.missing(from: 3, media: 1, [entry])])
                == [0x81, 205, 0, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0x01, 0x02, 0x80, 0x01])
        #expect(Self.write([.pictureLoss(from: 3, media: 1)]) == [0x81, 206, 0, 2, 0, 0, 0, 3, 0, 0, 0, 1])
        #expect(Self.write([.missing(from: 3, media: 1, [])]) == nil)
        #expect(throws: RTPDropReason.truncated(have: 8, need: 12)) {
            try Self.read([0x81, 205, 0, 2, 0, 0, 0, 3, 0, 0, 0, 1])
        }
        #expect(throws: RTPDropReason.truncated(have: 4, need: 8)) { try Self.read([0x81, 206, 0, 1, 0, 0, 0, 3]) }
        #expect(try Self.read([0x84, 206, 0, 2, 0, 0, 0, 3, 0, 0, 0, 1]) == [.other(type: 206)], "full intra request")
    }

    @Test func entriesNameUpTo17Packets() {
        var entry = NACKEntry(packetID: SequenceNumber(rawValue: 65_530))
        for (step, isIncluded) in [(3, true), (16, true), (17, false), (-1, false), (0, true)] {
            let answer = entry.include(SequenceNumber(rawValue: 65_530).advanced(by: step))
            #expect(answer == isIncluded, "step \(step)")
        }
        #expect(entry.sequences.map(\.rawValue) == [65_530, 65_533, 10])
    }

    @Test func otherTypesArePassedOver() throws {
        let bytes: [UInt8] = [0x8F, 205, 0, 1, 0, 0, 0, 0] + (try #require(Self.write([.goodbye([7])])))
        #expect(try Self.read(bytes) == [.other(type: 205), .goodbye([7])])
    }

    @Test func paddingStandsOnlyInTheLastPacket() throws {
        let padded: [UInt8] = [0xA1, 203, 0, 2, 0, 0, 0, 7, 0, 0, 0, 4]
        #expect(try Self.read(padded) == [.goodbye([7])])
        #expect(throws: RTPDropReason.badPadding(4)) { try Self.read(padded + padded) }
        #expect(throws: RTPDropReason.badPadding(0)) { try Self.read(Array(padded.dropLast()) + [0]) }
    }

    @Test func everyPrefixIsReadOrRefused() throws {
        let bytes = try #require(Self.write([.senderReport(Self.sender, [Self.block]), .goodbye([1])]))
        for count in 0..<bytes.count {
            let packets = try? Self.read(Array(bytes.prefix(count)))
            #expect((packets != nil) == (count == 0 || count == 52), "\(count) bytes")
        }
    }

    @Test func everyByteChangedIsReadOrRefused() throws {
        let bytes = try #require(
            Self.write([
                .senderReport(Self.sender, [Self.block]), .pictureLoss(from: 1, media: 2),
                .missing(from: 1, media: 2, [NACKEntry(packetID: SequenceNumber(rawValue: 9))]), .goodbye([1]),
            ]))
        for index in bytes.indices {
            for value in UInt8.min...UInt8.max {
                var changed = bytes
                changed[index] = value
                _ = try? Self.read(changed)
            }
        }
    }
}
