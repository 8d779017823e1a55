/// What has happened to one source's picture.
public struct VideoStatistics: Equatable, Sendable {
    /// Packets handed in.
    public internal(set) var packets = 0
    /// Packets that came when their frame was over, also again.
    public internal(set) var latePackets = 0
    /// Packets that came again while the first was waiting.
    public internal(set) var duplicatePackets = 0
    /// Packets thrown away: without the rest of their frame, for want of room, or with a number out of any order.
    public internal(set) var discardedPackets = 0
    /// Runs of packets that make no frame.
    public internal(set) var malformedFrames = 0
    /// Complete frames that were not decoded, because what they refer to was missing.
    public internal(set) var undecodableFrames = 0
    /// Frames given to the decoder.
    public internal(set) var decodedFrames = 0
    /// Of them, key frames.
    public internal(set) var keyFrames = 0
    /// Frames that the decoder refused.
    public internal(set) var failedFrames = 0
    /// Frames that were shown.
    public internal(set) var shownFrames = 0
    /// Frames that were complete, but came too late to be shown: a newer one took their place.
    public internal(set) var droppedFrames = 0
    /// Key frames asked for.
    public internal(set) var keyFrameRequests = 0
    /// Gaps between shown frames of at least three times the mean of the last 30, and 150 ms more than it.
    public internal(set) var freezes = 0
    /// How long they lasted together.
    public internal(set) var freezeTime: Duration = .zero
}
