/// A source or sink is written in a way that cannot be meant, or means what this version cannot do.
public struct MediaURIError: Error, Equatable, Sendable {
    /// The text as it was given.
    public let text: String
    /// What is wrong with it and what is allowed, for people.
    public let reason: String
}
