/// What came of reading a frame.
public enum ReadOutcome: Equatable, Sendable {
    /// A frame.
    case frame
    /// A pipe has nothing now; `pollDescriptor` tells when it has.
    case notNow
    /// There will be no more.
    case ended
    /// There will be no more, because something is wrong.
    case failed(MediaFileError)
}
