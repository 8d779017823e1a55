import Basics

/// When to ask for a key frame: at once, and again more and more seldom while none comes, so that a source that never gives
/// one is not flooded.
struct KeyFrameAsking: Sendable {
    private(set) var requestCount = 0
    private var last: Instant?
    private var unanswered = 0

    private static let shortest: Duration = .milliseconds(300)
    private static let longest: Duration = .seconds(5)

    /// When the next request may leave; nil: at once.
    func next(roundTrip: Duration) -> Instant? {
        guard let last else { return nil }
        // The answer needs a round trip, the frame that is being encoded, and its own time on the path.
        let first = max(Self.shortest, roundTrip + .milliseconds(200))
        return last + min(max(Self.longest, first), first * (1 << max(0, unanswered - 1)))
    }

    /// A request leaves.
    mutating func asked(at now: Instant) {
        requestCount += 1
        unanswered = min(unanswered + 1, 6)
        last = now
    }

    /// A key frame came.
    mutating func answered() { unanswered = 0 }
}
