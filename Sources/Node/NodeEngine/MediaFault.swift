/// Why a source or sink cannot be used.
public struct MediaFault: Error, Equatable, Sendable {
    /// What is at fault.
    public enum Cause: String, CaseIterable, Sendable {
        /// What was asked for, or the bytes that came.
        case data
        /// The system, which refused to read or write.
        case system
        /// The machine, which has nothing left to do it with just now.
        case exhausted
    }

    /// What is at fault.
    public let cause: Cause
    /// In a sentence for people.
    public let reason: String

    /// A fault that people are told by `reason`.
    public init(_ cause: Cause, _ reason: String) {
        self.cause = cause
        self.reason = reason
    }
}
