internal import Basics

/// Writes numbers and bytes front to back into one packet's payload. Who writes asks for `room` first.
struct PayloadWriter: ~Copyable, ~Escapable {
    private var payload: MutableRawSpan
    /// Bytes written.
    private(set) var byteCount = 0

    @_lifetime(copy payload)
    init(_ payload: consuming MutableRawSpan) { self.payload = payload }

    /// Bytes that still fit.
    var room: Int { payload.byteCount - byteCount }

    @_lifetime(self: copy self)
    mutating func uint8(_ value: UInt8) {
        precondition(room >= 1)
        payload.storeBytes(of: value, toByteOffset: byteCount, as: UInt8.self)
        byteCount += 1
    }

    @_lifetime(self: copy self)
    mutating func littleEndian<Number: FixedWidthInteger>(_ value: Number) {
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) { uint8(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    @_lifetime(self: copy self)
    mutating func varint(_ value: Int) {
        let count = Varint.byteCount(of: value)
        let prefix = UInt8(truncatingIfNeeded: count.trailingZeroBitCount << 6)
        for index in (0..<count).reversed() {
            uint8(UInt8(truncatingIfNeeded: value >> (8 * index)) | (index == count - 1 ? prefix : 0))
        }
    }

    /// Appends `count` bytes of `buffer` from `offset`.
    @_lifetime(self: copy self)
    mutating func bytes(of buffer: borrowing StreamBuffer, at offset: Int, count: Int) {
        precondition(room >= count)
        buffer.copy(from: offset, count: count, into: &payload, at: byteCount)
        byteCount += count
    }
}
