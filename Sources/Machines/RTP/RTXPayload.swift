public import Basics

/// A packet that is sent again (RFC 4588 §4): on a source of its own, with the number that it had before its payload.
///
/// ```
/// | original sequence number 2 | original payload |
/// ```
public struct RTXPayload: ~Escapable {
    /// The payload type of packets of `VP8Payload.payloadType` that are sent again.
    public static let payloadType: UInt8 = 97
    /// Bytes before the original payload.
    public static let headerByteCount = 2

    /// The number that the packet had.
    public let originalSequence: SequenceNumber
    /// What it carried.
    public let original: RawSpan

    /// Looks at `payload`. Copies nothing.
    @_lifetime(copy payload)
    public init(parsing payload: RawSpan) throws(RTPDropReason) {
        guard payload.byteCount >= Self.headerByteCount else {
            throw .truncated(have: payload.byteCount, need: Self.headerByteCount)
        }
        originalSequence = SequenceNumber(rawValue: payload.bigEndian(UInt16.self, at: 0))
        original = payload.extracting(droppingFirst: Self.headerByteCount)
    }

    /// Writes what stands before the original payload of the packet that had the number `sequence`, from `offset` on; answers
    /// its length. Precondition: it fits.
    public static func writeHeader(_ sequence: SequenceNumber, to packet: inout MutableRawSpan, at offset: Int) -> Int {
        packet.writeBigEndian(sequence.rawValue, at: offset)
        return headerByteCount
    }
}
