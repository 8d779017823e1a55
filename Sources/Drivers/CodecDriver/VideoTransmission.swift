public import MediaFiles

/// What was sent of pictures so far.
public struct VideoTransmission: Equatable, Sendable {
    /// Frames handed to the network thread.
    public var frames = 0
    /// Of them, key frames.
    public var keyFrames = 0
    /// Bytes in them.
    public var payloadBytes = 0
    /// Pictures that were not encoded because the next one was due already.
    public var lateFrames = 0
    /// Pictures that were left out because the network thread did not take those before in time, or because they became
    /// larger than a slot.
    public var refusedFrames = 0
    /// Frames of the source that could not be decoded.
    public var undecodableFrames = 0
    /// Width and height of the newest frame; nil before it.
    public var size: FrameSize?
}
