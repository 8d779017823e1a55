public import MediaFiles

/// Something that happened on the thread that sends pictures.
public enum VideoSendingEvent: Equatable, Sendable {
    /// A source gave its first picture: from now on frames are sent.
    case sendingStarted
    /// The source has ended or was taken away: no frames are sent until there is another. `error` says why when it should
    /// not have ended.
    case sourceEnded(source: Int, error: MediaFileError?)
    /// It was stopped. The last event.
    case finished
}
