import Basics

/// The head of the WAV files that we write: 48 kHz, 16 bits, one channel.
enum WAVHeader {
    static let byteCount = 44
    static let rate: UInt32 = 48_000
    private static let endless: UInt32 = 0xFFFF_FFFF

    /// The head of a file with `dataByteCount` bytes of samples; nil: of a stream without end. A file that has grown
    /// beyond what 32 bits say becomes one without end too.
    static func bytes(dataByteCount: Int?) -> [UInt8] {
        let data = dataByteCount.flatMap { UInt32(exactly: $0) } ?? endless
        var writer = ByteWriter(capacity: byteCount)
        writer.append("RIFF".utf8)
        writer.littleEndian(data > endless - 36 ? endless : data + 36)
        writer.append("WAVEfmt ".utf8)
        writer.littleEndian(UInt32(16))
        writer.littleEndian(UInt16(1))
        writer.littleEndian(UInt16(1))
        writer.littleEndian(rate)
        writer.littleEndian(rate * 2)
        writer.littleEndian(UInt16(2))
        writer.littleEndian(UInt16(16))
        writer.append("data".utf8)
        writer.littleEndian(data)
        return writer.bytes
    }

    /// Puts the two lengths of `bytes(dataByteCount:)` into a header in place.
    static func update(_ header: inout [UInt8], dataByteCount: Int) {
        let data = UInt32(exactly: dataByteCount) ?? endless
        write(data > endless - 36 ? endless : data + 36, to: &header, at: 4)
        write(data, to: &header, at: 40)
    }

    private static func write(_ value: UInt32, to header: inout [UInt8], at offset: Int) {
        for index in 0..<4 { header[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index)) }
    }
}
