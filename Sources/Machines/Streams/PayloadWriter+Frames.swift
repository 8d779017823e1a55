internal import Basics

extension PayloadWriter {
    /// Writes a type and up to three numbers; false, and nothing written, when they do not fit.
    @_lifetime(self: copy self)
    mutating func frame(_ type: UInt8, _ first: Int, _ second: Int? = nil, _ third: Int? = nil) -> Bool {
        let byteCount =
            Varint.byteCount(of: first) + (second.map(Varint.byteCount) ?? 0) + (third.map(Varint.byteCount) ?? 0)
        guard 1 + byteCount <= room else { return false }
        uint8(type)
        varint(first)
        if let second { varint(second) }
        if let third { varint(third) }
        return true
    }

    /// How many bytes of a stream fit into a frame; negative when not even its header does.
    func streamFrameRoom(_ id: StreamID, at offset: Int) -> Int {
        let header = 1 + Varint.byteCount(of: id.rawValue) + (offset > 0 ? Varint.byteCount(of: offset) : 0)
        return min(room - header - 2, 1 << 14 - 1)  // two bytes hold the count of a packet's worth
    }

    /// Writes one STREAM frame. Precondition: `streamFrameRoom` says that it fits.
    @_lifetime(self: copy self)
    mutating func streamFrame(_ id: StreamID, _ buffer: borrowing StreamBuffer, _ range: Range<Int>, isFinal: Bool) {
        let offset = range.lowerBound
        uint8(
            FrameType.stream | FrameType.hasByteCount | (offset > 0 ? FrameType.hasOffset : 0)
                | (isFinal ? FrameType.final : 0))
        varint(id.rawValue)
        if offset > 0 { varint(offset) }
        varint(range.count)
        bytes(of: buffer, at: offset, count: range.count)
    }
}
