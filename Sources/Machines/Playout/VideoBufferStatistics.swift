/// What became of the packets of a picture, and of the frames that they make.
struct VideoBufferStatistics: Equatable, Sendable {
    /// Packets handed in.
    var received = 0
    /// Packets that came when their frame was over.
    var late = 0
    /// Packets that came again.
    var duplicate = 0
    /// Packets thrown away: without the rest of their frame, for want of room, or with a number out of any order.
    var discarded = 0
    /// Runs of packets that make no frame.
    var malformed = 0
    /// Complete frames that the decoder did not get, because what they refer to is missing.
    var undecodable = 0
}
