import Basics

/// What bounds the playout delay, in samples at 48 kHz.
public struct PlayoutLimits: Sendable {
    /// How much is handed out at a tick: 20 ms.
    public var tick = PlayoutClock.samples(milliseconds: 20)
    /// How long the first packet waits, before anything is known of the path. One frame: less would turn the first
    /// hiccup of a scheduler into a gap, more would be heard by everybody on a quiet path.
    public var startDelay = PlayoutClock.samples(milliseconds: 20)
    /// How much sooner or later it may be played, so that it falls on a tick: half a tick.
    public var startTolerance = PlayoutClock.samples(milliseconds: 10)
    /// The least target: what a busy machine's own scheduling needs.
    public var minimumTarget = PlayoutClock.samples(milliseconds: 10)
    /// The longest that the caller waits at a tick for a frame that is late; so much less need be waited for always.
    public var patience = 0
    /// The greatest target. Beyond it a conversation is harder than with gaps (G.114 allows 400 ms in all).
    public var maximumTarget = PlayoutClock.samples(milliseconds: 400)
    /// A frame that would be played later than this behind the fastest one is thrown away.
    public var maximumDelay = PlayoutClock.samples(milliseconds: 500)
    /// Concealment fades out after so long: then it is no longer a guess at speech but a drone.
    public var fadeAfter = PlayoutClock.samples(milliseconds: 100)
    /// After so long without a packet the delay is chosen anew.
    public var restartAfter = PlayoutClock.samples(milliseconds: 2_000)

    /// The limits for speech.
    public init() {}
}
