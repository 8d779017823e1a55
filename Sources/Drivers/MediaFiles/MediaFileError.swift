internal import Platform

/// A source cannot be played or a sink cannot be written. The operator's: it says why (exit 65 when it is bad data).
public struct MediaFileError: Error, Equatable, Sendable {
    /// Whose fault it is.
    public enum Fault: Equatable, Sendable {
        /// The bytes are not what they should be.
        case data
        /// The system refused.
        case system
    }

    /// Whose fault it is.
    public let fault: Fault
    /// What is wrong, for people.
    public let reason: String

    /// The bytes are not what they should be.
    public static func data(_ reason: String) -> MediaFileError { MediaFileError(fault: .data, reason: reason) }
    /// The system refused.
    static func system(_ error: SystemError) -> MediaFileError {
        MediaFileError(fault: .system, reason: "\(error)")
    }
}
