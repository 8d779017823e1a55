public import Basics

/// When an encoder makes a key frame: at first, and when receivers ask, however many they are, at most one in 300 ms.
///
/// Key frames are several times as large as others. One receiver that asks for them without end, or ten that ask at once,
/// must not take the picture away from the others.
public struct KeyFrameRequests: Sendable {
    /// The least time between two key frames.
    public static let interval: Duration = .milliseconds(300)

    /// Receivers' requests so far.
    public private(set) var requestCount = 0

    private var isWanted = true
    private var last: Instant?

    /// An encoder that has not encoded anything: its first frame is to be a key frame.
    public init() {}

    /// A receiver whose round trip is `roundTrip` needs a key frame.
    public mutating func requested(at now: Instant, roundTrip: Duration) {
        requestCount += 1
        // It asked before the last key frame can have reached it: that one is its answer.
        if let last, now - last < roundTrip { return }
        isWanted = true
    }

    /// Whether the frame that is to be encoded now must be a key frame. Ask once for each frame.
    public mutating func takeKeyFrame(at now: Instant) -> Bool {
        guard isWanted else { return false }
        if let last, now - last < Self.interval { return false }
        encodedKeyFrame(at: now)
        return true
    }

    /// The encoder made a key frame of its own accord.
    public mutating func encodedKeyFrame(at now: Instant) {
        isWanted = false
        last = now
    }
}
