internal import Basics

/// One frame of a plaintext of kind 0x02 (PROTOCOL §5).
///
/// ```
/// plaintext = 0x02 | frame …                                         numbers are varints (RFC 9000 §16)
///
/// 0x00  PADDING                                                      a single byte
/// 0x01  PING                                                         only to be acknowledged
/// 0x04  RESET              stream | code | final size
/// 0x05  STOP               stream | code
/// 0x08 + F + 2·L + 4·O     stream | offset if O | byte count if L, else all that is left | bytes;   F: the stream ends here
/// 0x10  MAX_DATA           bytes of all streams but stream 0
/// 0x11  MAX_STREAM_DATA    stream | bytes
/// 0x12  MAX_STREAMS        streams that the receiver of this frame may have opened in all
/// 0x14  DATA_BLOCKED       the limit that stops the sender
/// 0x15  STREAM_DATA_BLOCKED  stream | the limit
/// 0x16  STREAMS_BLOCKED    the limit
/// ```
///
/// Types, fields and rules are those of RFC 9000 §19, but: one count of streams for both directions, codes below 2^32,
/// and stream 0 is open from the start, outside the session's credit, and never ends.
enum Frame: ~Escapable {
    case padding
    case ping
    case reset(StreamID, code: UInt32, finalSize: Int)
    case stop(StreamID, code: UInt32)
    case stream(StreamID, offset: Int, isFinal: Bool, RawSpan)
    case maxData(Int)
    case maxStreamData(StreamID, Int)
    case maxStreams(Int)
    case dataBlocked(Int)
    case streamDataBlocked(StreamID, Int)
    case streamsBlocked(Int)
}

/// The numbers of the frame types.
enum FrameType {
    static let padding: UInt8 = 0x00, ping: UInt8 = 0x01
    static let reset: UInt8 = 0x04, stop: UInt8 = 0x05
    static let stream: UInt8 = 0x08, final: UInt8 = 0x01, hasByteCount: UInt8 = 0x02, hasOffset: UInt8 = 0x04
    static let maxData: UInt8 = 0x10, maxStreamData: UInt8 = 0x11, maxStreams: UInt8 = 0x12
    static let dataBlocked: UInt8 = 0x14, streamDataBlocked: UInt8 = 0x15, streamsBlocked: UInt8 = 0x16
}
