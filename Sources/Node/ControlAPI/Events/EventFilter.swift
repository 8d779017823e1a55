/// Which events a client wants: those of some topics, or all.
public struct EventFilter: Hashable, Sendable {
    private let topics: Set<String>?

    /// The events of `topics`; nil and an empty list mean all.
    public init(topics: [String]? = nil) { self.topics = topics.flatMap { $0.isEmpty ? nil : Set($0) } }

    /// Whether events of `type` are wanted.
    public func admits(_ type: EventType) -> Bool { topics?.contains(type.topic) ?? true }
}
