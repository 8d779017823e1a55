public import Basics

/// A moment at which a participant's sound is heard, for pictures that are to fit it (`LipSync.heard`).
public struct HeardSound: Sendable {
    /// The RTP timestamp of the sample that is heard.
    public let timestamp: UInt32
    /// How long the jitter buffer lets the fastest packet wait.
    public let waited: Duration
    /// When.
    public let at: Instant
}
