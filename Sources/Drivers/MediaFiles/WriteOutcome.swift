/// What came of writing.
public enum WriteOutcome: Equatable, Sendable {
    /// Taken.
    case written
    /// A slow reader left no room: this is left out.
    case full
    /// Nothing will ever be written again.
    case failed(MediaFileError)
}
