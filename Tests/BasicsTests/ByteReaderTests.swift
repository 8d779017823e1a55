import Basics
import Testing

@Suite struct ByteReaderTests {
    private let bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9]

    @Test func numbersAreReadInTheirOrderOfBytes() throws {
        var reader = ByteReader(bytes.rawSpan)
        #expect(try reader.uint8() == 1)
        #expect(try reader.littleEndian(UInt16.self) == 0x0302)
        #expect(try reader.bigEndian(UInt16.self) == 0x0405)
        #expect(try reader.littleEndianUInt24() == 0x080706)
        let remaining = reader.remaining
        #expect(remaining == 1)
    }

    @Test func aReadBeyondTheEndTellsWhatIsMissingAndTakesNothing() throws {
        var reader = ByteReader(bytes.rawSpan)
        _ = try reader.take(7)
        let error = #expect(throws: Truncated.self) { try reader.bigEndian(UInt32.self) }
        #expect(error == Truncated(have: 2, need: 4))
        #expect(try reader.array(2) == [8, 9])
        let isAtEnd = reader.isAtEnd
        #expect(isAtEnd)
    }

    @Test(arguments: [-1, 10, Int.max, .min])
    func noCountTraps(count: Int) {
        var reader = ByteReader(bytes.rawSpan)
        #expect(throws: Truncated(have: 9, need: count)) { try reader.array(count) }
    }

    @Test func theWriterWritesWhatTheReaderReads() throws {
        var writer = ByteWriter(capacity: 4)
        writer.uint8(1)
        writer.littleEndian(UInt32(0x0504_0302))
        writer.bigEndian(UInt16(0x0607))
        writer.littleEndianUInt24(0xFF0A_0908)
        writer.append([11, 12])
        writer.zeros(2)
        writer.append(bytes.rawSpan.extracting(first: 1))
        #expect(writer.bytes == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 0, 1])
    }
}
