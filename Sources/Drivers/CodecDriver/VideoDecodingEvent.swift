/// Something that happened on the decode worker.
public enum VideoDecodingEvent: Equatable, Sendable {
    /// The first picture of a participant was shown.
    case pictureShown(participant: Int)
    /// A sink takes nothing any more.
    case sinkFailed(sink: Int, reason: String)
    /// It was stopped and its files are finished. The last event.
    case finished
}
