public import Basics

/// The stamp of a message 1: a moment in TAI64N, 12 bytes that sort by time (cr.yp.to/libtai/tai64.html).
///
/// ```
///  0  8  2^62 + TAI seconds since 1970, big-endian
///  8  4  nanoseconds, big-endian
/// ```
public struct TAI64N: Hashable, Comparable, Sendable {
    /// Bytes in a stamp.
    public static let byteCount = 12
    /// The most that a stored stamp may lie in the future: a peer whose clock was wrong once is not shut out for ever.
    public static let lead: Duration = .seconds(300)

    private static let nanosecondsPerSecond: UInt32 = 1_000_000_000
    /// TAI was 10 s ahead of UTC in 1970. Leap seconds are not counted: as in WireGuard, stamps are compared, not read.
    private static let epoch: UInt64 = 1 << 62 + 10

    private let seconds: UInt64
    private let nanoseconds: UInt32

    private init(seconds: UInt64, nanoseconds: UInt32) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// The stamp of a calendar moment.
    public init(_ time: WallTime) {
        let milliseconds = UInt32(truncatingIfNeeded: time.milliseconds &- time.seconds &* 1000)
        self.init(
            seconds: Self.epoch &+ UInt64(bitPattern: time.seconds), nanoseconds: milliseconds &* 1_000_000)
    }

    /// The stamp of exactly 12 bytes; nil for another length, or for a second of more than 10^9 nanoseconds.
    public init?(_ bytes: RawSpan) {
        var reader = ByteReader(bytes)
        guard let seconds = try? reader.bigEndian(UInt64.self), let nanoseconds = try? reader.bigEndian(UInt32.self),
            reader.isAtEnd, nanoseconds < Self.nanosecondsPerSecond
        else { return nil }
        self.init(seconds: seconds, nanoseconds: nanoseconds)
    }

    /// The 12 bytes.
    public var bytes: [UInt8] {
        var writer = ByteWriter(capacity: Self.byteCount)
        writer.bigEndian(seconds)
        writer.bigEndian(nanoseconds)
        return writer.bytes
    }

    /// Earlier stamps come first.
    public static func < (left: TAI64N, right: TAI64N) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// The stamp of our next message 1: now, but always after the `last` one, which the caller persists.
    public static func next(at now: WallTime, after last: TAI64N?) -> TAI64N {
        guard let last else { return TAI64N(now) }
        return max(TAI64N(now), last.successor)
    }

    /// Whether the message is newer than every one that the peer confirmed. One that is not may be a replay: it is
    /// answered all the same, and means nothing until it confirms (PROTOCOL §2).
    public func isFresh(after stored: TAI64N?) -> Bool { stored.map { self > $0 } ?? true }

    /// What to store once the peer has confirmed: this stamp, or `stored` if that is later, at most `lead` ahead of us.
    public func stored(after stored: TAI64N?, at now: WallTime) -> TAI64N {
        let capped = min(self, TAI64N(now + Self.lead))
        return stored.map { max($0, capped) } ?? capped
    }

    private var successor: TAI64N {
        nanoseconds + 1 < Self.nanosecondsPerSecond
            ? TAI64N(seconds: seconds, nanoseconds: nanoseconds + 1)
            : TAI64N(seconds: seconds &+ 1, nanoseconds: 0)
    }
}
