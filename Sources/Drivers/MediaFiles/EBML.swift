internal import Basics

/// Writing the elements that WebM is made of: an id, a length, a body.
enum EBML {
    /// The length of what ends where its parent ends, or where the next of its kind begins.
    static let endless: [UInt8] = [0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]

    /// A length in eight bytes, which take the place of `endless`.
    static func length8(_ count: Int) -> [UInt8] { [0x01] + bigEndian(count, 7) }

    /// An element with this body.
    static func element(_ id: UInt32, _ body: [UInt8]) -> [UInt8] {
        let length =
            body.count < 127 ? [0x80 | UInt8(body.count)] : [0x10 | UInt8(body.count >> 24)] + bigEndian(body.count, 3)
        return self.id(id) + length + body
    }

    /// An element with a number in so many bytes.
    static func number(_ id: UInt32, _ value: Int, bytes: Int = 0) -> [UInt8] {
        element(id, bigEndian(value, max(bytes, (Int.bitWidth - value.leadingZeroBitCount + 7) / 8, 1)))
    }

    /// An element with a number of floating point.
    static func number(_ id: UInt32, _ value: Double) -> [UInt8] {
        element(id, bigEndian(Int(bitPattern: UInt(value.bitPattern)), 8))
    }

    /// An element with a text.
    static func text(_ id: UInt32, _ text: String) -> [UInt8] { element(id, Array(text.utf8)) }

    /// So many bytes that say nothing, in whose place something of the same length may be written. From 2 to 128.
    static func void(_ byteCount: Int) -> [UInt8] { element(0xEC, [UInt8](repeating: 0, count: byteCount - 2)) }

    /// The bytes of an id: as many as its first bits say.
    static func id(_ id: UInt32) -> [UInt8] { bigEndian(Int(id), (32 - id.leadingZeroBitCount + 7) / 8) }

    static func bigEndian(_ value: Int, _ byteCount: Int) -> [UInt8] {
        (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> (8 * (byteCount - 1 - $0))) }
    }
}
