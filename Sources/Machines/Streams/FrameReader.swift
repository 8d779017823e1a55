internal import Basics

/// Reads the frames of one plaintext, in order.
struct FrameReader: ~Escapable {
    private var reader: ByteReader

    /// Reads the frames in `bytes`, the plaintext behind its first byte.
    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) { reader = ByteReader(bytes) }

    /// Bytes not read yet.
    var remaining: Int { reader.remaining }
    /// Whether there is no further frame.
    var isAtEnd: Bool { reader.isAtEnd }

    /// The next frame.
    @_lifetime(copy self)
    mutating func next() throws(StreamViolation) -> Frame {
        let type = try field { reader throws(Truncated) in try reader.uint8() }
        switch type {
        case FrameType.padding: return .padding
        case FrameType.ping: return .ping
        case FrameType.reset: return .reset(try stream(), code: try code(), finalSize: try number())
        case FrameType.stop: return .stop(try stream(), code: try code())
        case FrameType.stream..<FrameType.stream + 8: return try streamFrame(type)
        case FrameType.maxData: return .maxData(try number())
        case FrameType.maxStreamData: return .maxStreamData(try stream(), try number())
        case FrameType.maxStreams: return .maxStreams(try number())
        case FrameType.dataBlocked: return .dataBlocked(try number())
        case FrameType.streamDataBlocked: return .streamDataBlocked(try stream(), try number())
        case FrameType.streamsBlocked: return .streamsBlocked(try number())
        default: throw .unknownFrame(type)
        }
    }

    @_lifetime(copy self)
    private mutating func streamFrame(_ type: UInt8) throws(StreamViolation) -> Frame {
        let id = try stream()
        let offset = type & FrameType.hasOffset == 0 ? 0 : try number()
        let byteCount = type & FrameType.hasByteCount == 0 ? reader.remaining : try number()
        guard byteCount <= reader.remaining, offset + byteCount <= Varint.max else { throw .malformed }
        let bytes: RawSpan
        do throws(Truncated) { bytes = try reader.take(byteCount) } catch { throw .malformed }
        return .stream(id, offset: offset, isFinal: type & FrameType.final != 0, bytes)
    }

    private mutating func stream() throws(StreamViolation) -> StreamID {
        guard let id = StreamID(rawValue: try number()) else { throw .malformed }
        return id
    }

    private mutating func code() throws(StreamViolation) -> UInt32 {
        guard let code = UInt32(exactly: try number()) else { throw .malformed }
        return code
    }

    private mutating func number() throws(StreamViolation) -> Int {
        try field { reader throws(Truncated) in try reader.varint() }
    }

    private mutating func field<Value>(
        _ read: (inout ByteReader) throws(Truncated) -> Value
    ) throws(StreamViolation) -> Value {
        do throws(Truncated) { return try read(&reader) } catch { throw .malformed }
    }
}
