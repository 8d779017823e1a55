/// The number of a VP8 frame (RFC 7741 §4.2): 7 or 15 bits, and it wraps.
public struct PictureID: Hashable, Sendable {
    /// The number on the wire.
    public let rawValue: UInt16
    /// Whether it has 15 bits.
    public let isLong: Bool

    /// The lower 15 bits of `number`, written in 15 bits.
    public init(_ number: UInt16) {
        rawValue = number & 0x7FFF
        isLong = true
    }

    /// The lower 7 bits of `number`, written in 7 bits.
    public init(short number: UInt8) {
        rawValue = UInt16(number & 0x7F)
        isLong = false
    }

    /// The number of the frame after this one.
    public var next: PictureID {
        isLong ? PictureID(rawValue &+ 1) : PictureID(short: UInt8(truncatingIfNeeded: rawValue) &+ 1)
    }

    /// Bytes on the wire.
    var byteCount: Int { isLong ? 2 : 1 }
}
