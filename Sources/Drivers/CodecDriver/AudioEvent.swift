public import MediaFiles

/// Something that happened on the media thread.
public enum AudioEvent: Equatable, Sendable {
    /// The first frame of a participant was decoded and is on its way to the sinks.
    case mediaStarted(participant: Int)
    /// The first source gave its first samples: from now on frames are sent.
    case sendingStarted
    /// The last source has ended: no frames are sent until another is added.
    case sendingStopped
    /// A source has ended; `error` says why when it should not have.
    case sourceEnded(source: Int, error: MediaFileError?)
    /// A sink takes nothing any more.
    case sinkFailed(sink: Int, reason: String)
    /// The session was stopped and its files are finished. The last event.
    case finished
}
