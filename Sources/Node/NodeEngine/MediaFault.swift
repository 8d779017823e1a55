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
    /// In a sentence for people, without the name of the source or sink: names of files are personal, and stay out of the log.
    public let reason: String
    /// Which source or sink, where there may be several.
    public let subject: String?

    /// A fault that people are told by `reason`.
    public init(_ cause: Cause, _ reason: String, about subject: String? = nil) {
        self.cause = cause
        self.reason = reason
        self.subject = subject
    }

    /// What whoever named the source or sink is told.
    var detail: String { subject.map { "\($0): \(reason)" } ?? reason }
}
