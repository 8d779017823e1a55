import Basics

/// A received RTP packet, looked at in place: header and payload, with CSRCs, extension and padding cut off.
public struct RTPPacket: ~Escapable {
    /// The fixed header.
    public let header: RTPHeader
    /// What the packet carries; may be empty.
    public let payload: RawSpan

    /// Looks at the packet in `bytes` (RFC 3550 §5.1, §5.3.1). Copies nothing.
    @_lifetime(copy bytes)
    public init(parsing bytes: RawSpan) throws(RTPDropReason) {
        try Self.require(RTPHeader.byteCount, of: bytes)
        let first = bytes.byte(at: 0)
        let second = bytes.byte(at: 1)
        guard first >> 6 == 2 else { throw .wrongVersion(first >> 6) }
        let start = try Self.payloadStart(of: bytes, first: first)
        let padding = first & 0x20 == 0 ? 0 : try Self.padding(of: bytes, from: start)
        header = RTPHeader(
            marker: second & 0x80 != 0, payloadType: second & 0x7F,
            sequence: SequenceNumber(rawValue: bytes.bigEndian(UInt16.self, at: 2)),
            timestamp: bytes.bigEndian(UInt32.self, at: 4), ssrc: bytes.bigEndian(UInt32.self, at: 8))
        payload = bytes.extracting(start..<(bytes.byteCount - padding))
    }

    private static func require(_ count: Int, of bytes: RawSpan) throws(RTPDropReason) {
        guard bytes.byteCount >= count else { throw .truncated(have: bytes.byteCount, need: count) }
    }

    private static func payloadStart(of bytes: RawSpan, first: UInt8) throws(RTPDropReason) -> Int {
        let afterSources = RTPHeader.byteCount + 4 * Int(first & 0x0F)
        guard first & 0x10 != 0 else {
            try require(afterSources, of: bytes)
            return afterSources
        }
        try require(afterSources + 4, of: bytes)
        let afterExtension = afterSources + 4 + 4 * Int(bytes.bigEndian(UInt16.self, at: afterSources + 2))
        try require(afterExtension, of: bytes)
        return afterExtension
    }

    private static func padding(of bytes: RawSpan, from start: Int) throws(RTPDropReason) -> Int {
        guard bytes.byteCount > start else { throw .badPadding(0) }
        let count = bytes.byte(at: bytes.byteCount - 1)
        guard count > 0, Int(count) <= bytes.byteCount - start else { throw .badPadding(count) }
        return Int(count)
    }
}
