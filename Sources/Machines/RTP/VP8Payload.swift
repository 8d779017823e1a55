import Basics

/// A received payload of VP8, looked at in place: the descriptor, and a piece of the frame (RFC 7741 §4.1).
public struct VP8Payload: ~Escapable {
    /// What the payload types of a call mean; the session has no other picture, so nothing is negotiated.
    public static let payloadType: UInt8 = 96
    /// Units of the timestamp a second (§4.1).
    public static let clockRate = 90_000

    /// What stands before the piece.
    public let descriptor: VP8Descriptor
    /// The piece of the frame, one byte at least.
    public let piece: RawSpan

    /// Looks at `payload`. Copies nothing.
    @_lifetime(copy payload)
    public init(parsing payload: RawSpan) throws(RTPDropReason) {
        var start = 0
        descriptor = try VP8Descriptor(payload, end: &start)
        guard start < payload.byteCount else { throw .truncated(have: payload.byteCount, need: start + 1) }
        piece = payload.extracting(droppingFirst: start)
    }
}
