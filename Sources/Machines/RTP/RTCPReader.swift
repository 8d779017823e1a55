import Basics

/// Reads a compound RTCP packet, one packet at a time (RFC 3550 §6.1, A.2).
///
/// ```
/// |V=2|P|  count  |      type     |   length in words, minus one  |
/// ```
///
/// A compound need not begin with a report: reduced-size packets (RFC 5506) are read too.
public struct RTCPReader: ~Escapable {
    private var rest: RawSpan

    /// Reads `bytes`, a whole datagram.
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) { rest = bytes }

    /// The next packet; nil at the end. After an error the rest of the datagram must be dropped.
    public mutating func next() throws(RTPDropReason) -> RTCPPacket? {
        guard !rest.isEmpty else { return nil }
        guard rest.byteCount >= 4 else { throw .truncated(have: rest.byteCount, need: 4) }
        let first = rest.byte(at: 0)
        let type = rest.byte(at: 1)
        guard first >> 6 == 2 else { throw .wrongVersion(first >> 6) }
        guard (192...223).contains(type) else { throw .unexpectedType(type) }
        let byteCount = 4 + 4 * Int(rest.bigEndian(UInt16.self, at: 2))
        guard rest.byteCount >= byteCount else { throw .truncated(have: rest.byteCount, need: byteCount) }
        let isLast = byteCount == rest.byteCount
        let padding = first & 0x20 == 0 ? 0 : try Self.padding(of: rest, byteCount: byteCount, isLast: isLast)
        let body = rest.extracting(4..<(byteCount - padding))
        rest = rest.extracting(droppingFirst: byteCount)
        return try Self.packet(type: type, count: Int(first & 0x1F), body: body)
    }

    private static func padding(of bytes: RawSpan, byteCount: Int, isLast: Bool) throws(RTPDropReason) -> Int {
        let count = bytes.byte(at: byteCount - 1)
        guard isLast, count > 0, count % 4 == 0, Int(count) <= byteCount - 4 else { throw .badPadding(count) }
        return Int(count)
    }

    private static func packet(type: UInt8, count: Int, body: RawSpan) throws(RTPDropReason) -> RTCPPacket {
        switch type {
        case RTCPPacket.Kind.senderReport:
            try require(24 + ReceptionReport.byteCount * count, of: body)
            return .senderReport(SenderReport(body), reports(count, in: body, at: 24))
        case RTCPPacket.Kind.receiverReport:
            try require(4 + ReceptionReport.byteCount * count, of: body)
            return .receiverReport(from: body.bigEndian(UInt32.self, at: 0), reports(count, in: body, at: 4))
        case RTCPPacket.Kind.goodbye:
            try require(4 * count, of: body)
            return .goodbye((0..<count).map { body.bigEndian(UInt32.self, at: 4 * $0) })
        case RTCPPacket.Kind.transportFeedback where count == RTCPPacket.Format.genericNACK:
            try require(12, of: body)
            let (from, media) = parties(of: body)
            return .missing(from: from, media: media, entries(in: body.extracting(droppingFirst: 8)))
        case RTCPPacket.Kind.payloadFeedback where count == RTCPPacket.Format.pictureLoss:
            try require(8, of: body)
            let (from, media) = parties(of: body)
            return .pictureLoss(from: from, media: media)
        default:
            return .other(type: type)
        }
    }

    /// RFC 4585 §6.1: who sends the feedback, and about which source. Precondition: 8 bytes are there.
    private static func parties(of body: RawSpan) -> (from: UInt32, media: UInt32) {
        (body.bigEndian(UInt32.self, at: 0), body.bigEndian(UInt32.self, at: 4))
    }

    private static func entries(in list: RawSpan) -> [NACKEntry] {
        (0..<list.byteCount / 4).map {
            NACKEntry(
                packetID: SequenceNumber(rawValue: list.bigEndian(UInt16.self, at: 4 * $0)),
                following: list.bigEndian(UInt16.self, at: 4 * $0 + 2))
        }
    }

    private static func reports(_ count: Int, in body: RawSpan, at offset: Int) -> [ReceptionReport] {
        (0..<count).map { ReceptionReport(body, at: offset + ReceptionReport.byteCount * $0) }
    }

    private static func require(_ count: Int, of body: RawSpan) throws(RTPDropReason) {
        guard body.byteCount >= count else { throw .truncated(have: body.byteCount, need: count) }
    }
}

extension SenderReport {
    /// Reads the sender's part. Precondition: 24 bytes are there.
    fileprivate init(_ body: RawSpan) {
        self.init(
            ssrc: body.bigEndian(UInt32.self, at: 0), ntpTime: NTPTime(rawValue: body.bigEndian(UInt64.self, at: 4)),
            timestamp: body.bigEndian(UInt32.self, at: 12), packetCount: body.bigEndian(UInt32.self, at: 16),
            octetCount: body.bigEndian(UInt32.self, at: 20))
    }
}

extension ReceptionReport {
    /// Reads one block. Precondition: 24 bytes are there.
    fileprivate init(_ body: RawSpan, at offset: Int) {
        let lost = body.bigEndian(UInt32.self, at: offset + 4)
        self.init(
            ssrc: body.bigEndian(UInt32.self, at: offset), fractionLost: UInt8(truncatingIfNeeded: lost >> 24),
            cumulativeLost: Int32(bitPattern: lost << 8) >> 8,
            extendedSequence: body.bigEndian(UInt32.self, at: offset + 8),
            jitter: body.bigEndian(UInt32.self, at: offset + 12),
            lastReport: body.bigEndian(UInt32.self, at: offset + 16),
            delaySinceLastReport: body.bigEndian(UInt32.self, at: offset + 20))
    }
}
