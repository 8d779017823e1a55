import Basics

extension RawSpan {
    /// The number at `offset`, most significant byte first. Precondition: its bytes are there.
    func bigEndian<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type, at offset: Int) -> Number {
        precondition(offset >= 0 && offset + MemoryLayout<Number>.size <= byteCount)
        return unsafe Number(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: Number.self))
    }
}

extension MutableRawSpan {
    /// Writes a number at `offset`, most significant byte first. Precondition: there is room.
    mutating func writeBigEndian<Number: FixedWidthInteger & BitwiseCopyable>(_ value: Number, at offset: Int) {
        precondition(offset >= 0 && offset + MemoryLayout<Number>.size <= byteCount)
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: Number.self)
    }
}
