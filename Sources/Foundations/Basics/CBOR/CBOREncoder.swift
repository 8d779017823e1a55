extension CBORValue {
    /// The deterministic encoding (RFC 8949 §4.2.1): shortest forms, definite lengths, maps in order of their keys.
    public var encoded: [UInt8] {
        var writer = ByteWriter()
        encode(into: &writer)
        return writer.bytes
    }

    private func encode(into writer: inout ByteWriter) {
        switch self {
        case .unsigned(let value): writer.head(.unsigned, value)
        case .negative(let value): writer.head(.negative, value)
        case .bytes(let bytes):
            writer.head(.bytes, UInt64(bytes.count))
            writer.append(bytes)
        case .text(let text):
            writer.head(.text, UInt64(text.utf8.count))
            writer.append(text.utf8)
        case .array(let items):
            writer.head(.array, UInt64(items.count))
            for item in items { item.encode(into: &writer) }
        case .map(let map):
            writer.head(.map, UInt64(map.count))
            for (key, value) in zip(map.keys, map.values) {
                key.encode(into: &writer)
                value.encode(into: &writer)
            }
        case .tagged(let tag, let item):
            writer.head(.tag, tag)
            item.encode(into: &writer)
        case .simple(let number):
            precondition(!(24..<32).contains(number), "RFC 8949 §3.3 reserves 24 to 31")
            writer.head(.simpleOrFloat, UInt64(number))
        case .float(let value): writer.shortestFloat(value)
        }
    }
}

/// The kind of an item: the three high bits of its first byte (RFC 8949 §3.1).
enum CBORMajorType: UInt8 {
    case unsigned, negative, bytes, text, array, map, tag, simpleOrFloat
}

extension ByteWriter {
    /// The first bytes of an item: its kind and, in the shortest form, its number.
    fileprivate mutating func head(_ major: CBORMajorType, _ value: UInt64) {
        let kind = major.rawValue << 5
        switch value {
        case 0..<24: uint8(kind | UInt8(value))
        case 24...0xFF:
            uint8(kind | 24)
            uint8(UInt8(value))
        case 0x100...0xFFFF:
            uint8(kind | 25)
            bigEndian(UInt16(value))
        case 0x1_0000...0xFFFF_FFFF:
            uint8(kind | 26)
            bigEndian(UInt32(value))
        default:
            uint8(kind | 27)
            bigEndian(value)
        }
    }

    /// The shortest of three forms that keeps the value; a NaN is always 0x7E00 (RFC 8949 §4.2.2).
    fileprivate mutating func shortestFloat(_ value: Double) {
        let kind = CBORMajorType.simpleOrFloat.rawValue << 5
        if value.isNaN {
            uint8(kind | 25)
            bigEndian(UInt16(0x7E00))
        } else if let half = Float16(exactly: value) {
            uint8(kind | 25)
            bigEndian(half.bitPattern)
        } else if let single = Float(exactly: value) {
            uint8(kind | 26)
            bigEndian(single.bitPattern)
        } else {
            uint8(kind | 27)
            bigEndian(value.bitPattern)
        }
    }
}
