internal import Basics

// Variable-length numbers of RFC 9000 §16: the two high bits of the first byte say 1, 2, 4 or 8 bytes, the rest is the
// number, most significant byte first. Any of the lengths that holds the number is accepted.

extension ByteReader {
    /// The next variable-length number: 0 to 2^62 - 1.
    mutating func varint() throws(Truncated) -> Int {
        let first = try uint8()
        var value = Int(first & 0x3F)
        for _ in 1..<(1 << Int(first >> 6)) { value = value << 8 | Int(try uint8()) }
        return value
    }
}

/// Sizes of variable-length numbers.
enum Varint {
    /// The largest number.
    static let max = 1 << 62 - 1

    /// Bytes that `value` takes. Precondition: it is in range.
    static func byteCount(of value: Int) -> Int {
        precondition(value >= 0 && value <= max)
        return value < 1 << 6 ? 1 : value < 1 << 14 ? 2 : value < 1 << 30 ? 4 : 8
    }
}

extension ByteWriter {
    /// Appends a variable-length number. Precondition: it is in range.
    mutating func varint(_ value: Int) {
        let count = Varint.byteCount(of: value)
        let prefix = UInt8(truncatingIfNeeded: count.trailingZeroBitCount << 6)
        for index in (0..<count).reversed() {
            uint8(UInt8(truncatingIfNeeded: value >> (8 * index)) | (index == count - 1 ? prefix : 0))
        }
    }
}
