import Basics

/// Cuts an encoded frame into payloads of nearly one size, none longer than the largest that is allowed (RFC 7741 §4.4: any
/// cut is allowed).
///
/// It hands out the range of each piece and writes the descriptor before it; the frame is neither copied nor held.
///
/// ```
/// let packetizer = VP8Packetizer(frameByteCount: frame.byteCount, descriptor, maximumByteCount: 1_162)
/// for index in 0..<packetizer.count { count = packetizer.write(index, of: frame, to: &slot, at: RTPHeader.byteCount) }
/// ```
public struct VP8Packetizer: Sendable {
    /// Payloads that the frame gives; the last of them gets the marker (§4.1).
    public let count: Int

    private let descriptor: VP8Descriptor
    private let frameByteCount: Int

    /// A frame of `frameByteCount` bytes, whose pieces all get `descriptor` (its S and PID are set here). Preconditions:
    /// the frame has a byte at least, and the descriptor leaves room for one.
    public init(frameByteCount: Int, _ descriptor: VP8Descriptor, maximumByteCount: Int) {
        let room = maximumByteCount - descriptor.byteCount
        precondition(frameByteCount > 0)
        precondition(room > 0)
        self.frameByteCount = frameByteCount
        self.descriptor = descriptor
        count = (frameByteCount + room - 1) / room
    }

    /// Where in the frame piece `index` stands. Piece lengths differ by one byte at most. Precondition: there is one.
    public func range(of index: Int) -> Range<Int> {
        precondition(index >= 0 && index < count)
        return (index * frameByteCount / count)..<((index + 1) * frameByteCount / count)
    }

    /// What stands before piece `index`.
    public func descriptor(of index: Int) -> VP8Descriptor {
        var descriptor = descriptor
        // Where the coded partitions begin does not matter: nobody decodes a part of a frame. The first piece is in 0.
        descriptor.isStartOfPartition = index == 0
        descriptor.partition = 0
        return descriptor
    }

    /// Whether payload `index` is the last of its frame.
    public func isLast(_ index: Int) -> Bool { index == count - 1 }

    /// Writes payload `index` of `frame` from `offset` on; answers its length. Precondition: it fits, and `frame` has the
    /// length that was said.
    public func write(_ index: Int, of frame: RawSpan, to packet: inout MutableRawSpan, at offset: Int) -> Int {
        precondition(frame.byteCount == frameByteCount)
        let descriptor = descriptor(of: index)
        descriptor.write(to: &packet, at: offset)
        let piece = frame.extracting(range(of: index))
        packet.write(piece, at: offset + descriptor.byteCount)
        return descriptor.byteCount + piece.byteCount
    }
}
