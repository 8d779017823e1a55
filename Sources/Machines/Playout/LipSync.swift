public import Basics

/// When a picture is to be shown so that it fits the sound: from the sender's clock, which the reports of both streams name
/// (RFC 3550 §6.4.1), and the moment at which sound was heard.
///
/// Without reports it goes by arrival: sound and picture of one moment are taken to leave together. What the peer reports is
/// believed within `VideoTiming`'s limits only.
public struct LipSync: Sendable {
    /// A moment of a stream on two clocks, as a sender report gives it.
    public struct Report: Equatable, Sendable {
        /// On the sender's clock, in seconds since 1900 as 32.32 fixed point; it wraps.
        public var senderTime: UInt64
        /// On the stream's own clock.
        public var timestamp: UInt32

        /// A report.
        public init(senderTime: UInt64, timestamp: UInt32) {
            self.senderTime = senderTime
            self.timestamp = timestamp
        }
    }

    private var sound: Report?
    private var picture: Report?
    private var heard: (timestamp: UInt32, at: Instant, waited: Duration)?

    /// Later than this, the sound is taken to have stopped.
    private static let memory: Duration = .seconds(2)

    /// Nothing known.
    public init() {}

    /// A sender report of the sound came. Hand in both streams' reports of one compound together: a clock that is set
    /// between them would part the two.
    public mutating func reported(sound report: Report) { sound = report }

    /// A sender report of the picture came.
    public mutating func reported(picture report: Report) { picture = report }

    /// At `now` the listener hears the sample `timestamp` of the sound, and its buffer makes the fastest packet wait for
    /// `waited` (`PlayoutBuffer.heardTimestamp`, `delay`).
    public mutating func heard(timestamp: UInt32, waited: Duration, at now: Instant) {
        heard = (timestamp, now, waited)
    }

    /// How long the sound's fastest packet waits; nil when there is no sound.
    func soundWait(at now: Instant) -> Duration? {
        guard let heard, now - heard.at < Self.memory else { return nil }
        return heard.waited
    }

    /// The moment at which the picture `timestamp` fits the sound, in nanoseconds of the local clock; nil when the reports
    /// or the sound are missing.
    func moment(ofPicture timestamp: UInt32, at now: Instant) -> Int64? {
        guard let sound, let picture, let heard, now - heard.at < Self.memory else { return nil }
        // Both on the sender's clock, counted from the sound's report.
        let heardTime = Self.nanoseconds(heard.timestamp, since: sound.timestamp, rate: PlayoutClock.rate)
        let pictureTime =
            Self.nanoseconds(timestamp, since: picture.timestamp, rate: VideoTiming.clockRate)
            &+ Self.nanoseconds(picture.senderTime, since: sound.senderTime)
        return heard.at.nanoseconds &+ pictureTime &- heardTime
    }

    private static func nanoseconds(_ timestamp: UInt32, since other: UInt32, rate: Int) -> Int64 {
        Int64(Int32(bitPattern: timestamp &- other)) * 1_000_000_000 / Int64(rate)
    }

    private static func nanoseconds(_ time: UInt64, since other: UInt64) -> Int64 {
        let (seconds, fraction) = Int64(bitPattern: time &- other).quotientAndRemainder(dividingBy: 1 << 32)
        return seconds * 1_000_000_000 + (fraction * 1_000_000_000) >> 32
    }
}
