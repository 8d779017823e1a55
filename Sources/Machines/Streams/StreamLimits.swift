/// What one session may hold. Both ends start from the same numbers (PROTOCOL §5) and may only raise them, by frames.
public struct StreamLimits: Sendable {
    /// Streams that one side may have open at a time, stream 0 apart.
    public var streams = 64
    /// Bytes in all streams but stream 0 that the receiver holds for its reader.
    public var sessionCredit = 16 << 20
    /// Bytes of one stream that the receiver holds for its reader.
    public var streamCredit = 1 << 20
    /// The same for stream 0. It is outside `sessionCredit`: a full file must not delay a hang-up.
    public var controlCredit = 256 << 10
    /// Bytes of one stream that were written and are not yet acknowledged.
    public var sendBuffer = 1 << 20
    /// The longest control message.
    public var messageByteCount = 64 << 10
    /// Pieces of one stream that may wait for a gap before them to be filled.
    public var islands = 1_024

    /// The numbers of PROTOCOL §5.
    public static let standard = StreamLimits()
    /// The numbers of PROTOCOL §5, to change some.
    public init() {}
}
