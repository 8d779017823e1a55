import Basics

/// Writes RTCP packets one behind the other into a given buffer: a compound packet (RFC 3550 §6.1).
///
/// Begin with a report, as the RFC asks. A packet that does not fit is not written at all.
public struct RTCPWriter: Sendable {
    /// Bytes written so far.
    public private(set) var byteCount = 0

    /// Nothing written yet.
    public init() {}

    /// Appends `packet` to `buffer`; false when there is no room, or it is `.other`, has more than 31 items, or
    /// asks for nothing.
    public mutating func append(_ packet: RTCPPacket, to buffer: inout MutableRawSpan) -> Bool {
        switch packet {
        case .senderReport(let report, let blocks):
            guard begin(RTCPPacket.Kind.senderReport, blocks.count, 24 + 24 * blocks.count, &buffer) else {
                return false
            }
            append(report, to: &buffer)
            for block in blocks { append(block, to: &buffer) }
        case .receiverReport(let ssrc, let blocks):
            guard begin(RTCPPacket.Kind.receiverReport, blocks.count, 4 + 24 * blocks.count, &buffer) else {
                return false
            }
            append(ssrc, to: &buffer)
            for block in blocks { append(block, to: &buffer) }
        case .goodbye(let sources):
            guard begin(RTCPPacket.Kind.goodbye, sources.count, 4 * sources.count, &buffer) else { return false }
            for source in sources { append(source, to: &buffer) }
        case .missing(let from, let media, let entries):
            let byteCount = 8 + 4 * entries.count
            guard !entries.isEmpty,
                begin(RTCPPacket.Kind.transportFeedback, RTCPPacket.Format.genericNACK, byteCount, &buffer)
            else { return false }
            append(from, to: &buffer)
            append(media, to: &buffer)
            for entry in entries {
                append(UInt32(entry.packetID.rawValue) << 16 | UInt32(entry.following), to: &buffer)
            }
        case .pictureLoss(let from, let media):
            guard begin(RTCPPacket.Kind.payloadFeedback, RTCPPacket.Format.pictureLoss, 8, &buffer) else {
                return false
            }
            append(from, to: &buffer)
            append(media, to: &buffer)
        case .other:
            return false
        }
        return true
    }

    private mutating func begin(
        _ type: UInt8, _ count: Int, _ bodyByteCount: Int, _ buffer: inout MutableRawSpan
    ) -> Bool {
        guard count <= 31, byteCount + 4 + bodyByteCount <= buffer.byteCount else { return false }
        append(UInt32(0x80 | UInt8(count)) << 24 | UInt32(type) << 16 | UInt32(bodyByteCount / 4), to: &buffer)
        return true
    }

    private mutating func append(_ report: SenderReport, to buffer: inout MutableRawSpan) {
        append(report.ssrc, to: &buffer)
        append(report.ntpTime.rawValue, to: &buffer)
        append(report.timestamp, to: &buffer)
        append(report.packetCount, to: &buffer)
        append(report.octetCount, to: &buffer)
    }

    private mutating func append(_ block: ReceptionReport, to buffer: inout MutableRawSpan) {
        append(block.ssrc, to: &buffer)
        let lost = UInt32(bitPattern: block.cumulativeLost) & 0xFF_FFFF
        append(UInt32(block.fractionLost) << 24 | lost, to: &buffer)
        append(block.extendedSequence, to: &buffer)
        append(block.jitter, to: &buffer)
        append(block.lastReport, to: &buffer)
        append(block.delaySinceLastReport, to: &buffer)
    }

    private mutating func append<Number: FixedWidthInteger & BitwiseCopyable>(
        _ value: Number, to buffer: inout MutableRawSpan
    ) {
        buffer.writeBigEndian(value, at: byteCount)
        byteCount += MemoryLayout<Number>.size
    }
}
