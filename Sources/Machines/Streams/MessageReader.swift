internal import Basics

/// Finds the messages in stream 0 (PROTOCOL §5).
///
/// ```
/// message = byte count (varint) | id (varint) | CBOR        byte count: of the CBOR alone
/// ```
///
/// A sender numbers its messages upwards. An id that is not above the last one delivered is a repetition and is skipped:
/// each message is delivered at most once.
struct MessageReader: Sendable {
    /// The header in front of a message.
    struct Header: Equatable { let byteCount: Int, id: Int, headerByteCount: Int }

    let limit: Int
    /// Bytes behind what was read whose headers have been judged.
    private var judged = 0
    private var lastDelivered: Int?

    init(limit: Int) { self.limit = limit }

    /// Judges the headers that have come. All of them are judged on arrival, so that `next` has nothing to refuse.
    mutating func judge(_ stream: ReceiveHalf) throws(StreamViolation) {
        while let header = header(in: stream, at: judged) {
            guard header.byteCount <= limit else { throw .messageTooLong(header.byteCount) }
            judged += header.headerByteCount + header.byteCount
        }
    }

    /// Takes the next whole message out of the stream.
    mutating func next(from stream: inout ReceiveHalf) -> (id: Int, bytes: [UInt8])? {
        while let header = header(in: stream, at: 0),
            header.headerByteCount + header.byteCount <= stream.readableByteCount
        {
            _ = stream.read(upTo: header.headerByteCount)
            let bytes = stream.read(upTo: header.byteCount)
            judged -= header.headerByteCount + header.byteCount
            guard header.id > lastDelivered ?? -1 else { continue }
            lastDelivered = header.id
            return (header.id, bytes)
        }
        return nil
    }

    /// The header at `offset`; nil while a part of it is missing.
    private func header(in stream: ReceiveHalf, at offset: Int) -> Header? {
        let available = min(16, stream.readableByteCount - offset)  // two varints at most
        guard available > 0, let bytes = stream.peek(at: offset, count: available) else { return nil }
        var reader = ByteReader(bytes.rawSpan)
        do throws(Truncated) {
            let byteCount = try reader.varint()
            let id = try reader.varint()
            return Header(byteCount: byteCount, id: id, headerByteCount: available - reader.remaining)
        } catch {
            return nil
        }
    }
}
