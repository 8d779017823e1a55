public import Basics

/// Seconds since 1900 in 32.32 fixed point (RFC 3550 §4), as reports carry it.
public struct NTPTime: Hashable, Sendable, RawRepresentable {
    /// The number on the wire.
    public let rawValue: UInt64

    /// The moment `rawValue` on the wire.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The calendar moment `time`; the era wraps in 2036, as the format does.
    public init(_ time: WallTime) {
        let seconds = time.seconds &+ 2_208_988_800  // from 1900 to 1970
        let milliseconds = time.milliseconds &- time.seconds &* 1_000
        let fraction = UInt64(milliseconds) << 32 / 1_000
        rawValue = UInt64(truncatingIfNeeded: seconds) << 32 | fraction
    }

    /// The middle 32 bits, which name a report (RFC 3550 §6.4.1, LSR).
    public var middle: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 16) }
}
