/// What a receipt says about one counter.
public enum CounterVerdict: Equatable, Sendable {
    /// A packet was sealed under it.
    case sent
    /// It was left out on purpose: who acknowledges it has not received it. The session is to be closed.
    case skipped
    /// Nothing was sealed under it yet. The session is to be closed.
    case notSent
    /// The key is gone, or the counter lies too far back to tell.
    case forgotten
}
