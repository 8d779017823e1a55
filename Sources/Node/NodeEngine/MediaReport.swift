/// What the media engine knows about one call: counted since its start, for `call.stats` and the closing object.
public struct MediaReport: Equatable, Sendable {
    /// Frames encoded and handed over for sending.
    public var framesSent = 0
    /// Bytes of encoded audio sent, without any header.
    public var payloadByteCount = 0
    /// Frames decoded from what came.
    public var framesDecoded = 0
    /// Frames made again from the redundancy of a later packet.
    public var framesRecovered = 0
    /// Time that was made up while the other side's source ran.
    public var concealed: Duration = .zero
    /// Frames that came too late to be played.
    public var framesLate = 0
    /// How long a frame waits from its arrival to its playing, now.
    public var delay: Duration = .zero
    /// Loudness of what is played, in dB below full scale; nil when nothing is.
    public var level: Double?
    /// Pictures.
    public var video = VideoReport()

    /// Nothing yet.
    public init() {}
}

/// What the media engine knows about the pictures of one call.
public struct VideoReport: Equatable, Sendable {
    /// Frames encoded and handed over for sending.
    public var framesSent = 0
    /// Of them, key frames.
    public var keyFramesSent = 0
    /// Pictures of ours that were not encoded: the next one was due already, or there was no room for them.
    public var framesLate = 0
    /// Bytes of encoded frames sent, without any header.
    public var payloadByteCount = 0
    /// Width and height of what we sent last; 0 before.
    public var sentWidth = 0, sentHeight = 0
    /// Frames that came whole, and of which it is known what became.
    public var framesReceived = 0
    /// Frames that were shown.
    public var framesShown = 0
    /// Key frames that we asked for.
    public var keyFrameRequests = 0
    /// Times that the picture stood still (`FreezeCounter`), and how long together.
    public var freezes = 0
    /// How long the picture stood still.
    public var freezeTime: Duration = .zero
    /// Pictures, frames and packets of sound that files and pipes of ours lack, since they were not taken in time.
    public var unwritten = 0
    /// Width and height of what came last; 0 before.
    public var width = 0, height = 0
    /// How long a frame waits from its arrival to its showing, now.
    public var delay: Duration?
    /// How far after its sound a picture is shown, now.
    public var lag: Duration?
    /// Packets that came, those that came again among them.
    public var packetsReceived = 0
    /// Packets that did not come by themselves.
    public var packetsLost = 0
    /// Of them, those that came because they were asked for again.
    public var packetsRepaired = 0
    /// Of them, those that were given up.
    public var packetsGivenUp = 0

    /// Frames that came whole and were not shown.
    public var framesDropped: Int { framesReceived - framesShown }

    /// Nothing yet.
    public init() {}
}
