public import MediaFiles

/// What the decode worker did for one participant. The rest is told by `VideoPlayout.statistics`.
public struct VideoReception: Equatable, Sendable {
    /// Frames decoded.
    public var decoded = 0
    /// Frames that the decoder refused.
    public var failed = 0
    /// Pictures given to the sinks, or shown to nobody when there is none.
    public var shown = 0
    /// Pictures, frames and packets that a slow reader of a sink did not get, and those that a file lacks because it holds
    /// another participant.
    public var unwritten = 0
    /// Packets of sound that files lack, since the worker did not take those before in time, or since they hold another
    /// participant.
    public var unheard = 0
    /// Width and height of the newest picture; nil before it.
    public var size: FrameSize?
}
