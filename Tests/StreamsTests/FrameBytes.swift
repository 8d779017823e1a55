/// Builds plaintexts of kind 0x02 by hand, from the drawing above `Frame`, for what no honest sender writes.
struct FrameBytes {
    var bytes: [UInt8] = [0x02]

    static func stream(_ id: Int, at offset: Int = 0, _ content: [UInt8], isFinal: Bool = false) -> [UInt8] {
        var frames = FrameBytes()
        frames.add(0x0E + (isFinal ? 1 : 0), id, offset, content.count)
        return frames.bytes + content
    }

    static func frame(_ type: UInt8, _ numbers: Int...) -> [UInt8] {
        var frames = FrameBytes()
        frames.add(type, numbers)
        return frames.bytes
    }

    mutating func add(_ type: UInt8, _ numbers: Int...) { add(type, numbers) }

    private mutating func add(_ type: UInt8, _ numbers: [Int]) {
        bytes.append(type)
        for number in numbers { bytes += Self.varint(number) }
    }

    /// RFC 9000 §16, always in the shortest form.
    static func varint(_ value: Int) -> [UInt8] {
        switch value {
        case ..<64: [UInt8(value)]
        case ..<16_384: [0x40 | UInt8(value >> 8), UInt8(value & 255)]
        case ..<(1 << 30): [0x80 | UInt8(value >> 24)] + [16, 8, 0].map { UInt8(value >> $0 & 255) }
        default: [0xC0 | UInt8(value >> 56)] + [48, 40, 32, 24, 16, 8, 0].map { UInt8(value >> $0 & 255) }
        }
    }

    /// The id of a stream by its fields.
    static func id(index: Int, permit: Int, isOneWay: Bool = false, byResponder: Bool = false) -> Int {
        index << 5 | permit << 2 | (isOneWay ? 2 : 0) | (byResponder ? 1 : 0)
    }
}
