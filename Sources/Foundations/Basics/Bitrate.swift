/// A rate of data.
public struct Bitrate: Hashable, Comparable, Sendable {
    /// Bits a second.
    public let bitsPerSecond: Int

    /// `bitsPerSecond` bits a second.
    public init(bitsPerSecond: Int) { self.bitsPerSecond = bitsPerSecond }

    /// `value` thousand bits a second.
    public static func kilobits(_ value: Int) -> Bitrate { Bitrate(bitsPerSecond: value * 1000) }

    /// The slower rate comes first.
    public static func < (left: Bitrate, right: Bitrate) -> Bool { left.bitsPerSecond < right.bitsPerSecond }
}
