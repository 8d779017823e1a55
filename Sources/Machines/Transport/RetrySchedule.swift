internal import Crypto

/// When a message that was not answered is sent again.
public struct RetrySchedule: Hashable, Sendable {
    /// How fast.
    public enum Pace: Hashable, Sendable {
        /// While a call is set up: 150, 150, 150, 300 ms, then doubling to 4 s. People wait, and the first packets of a
        /// path are those that get lost.
        case call
        /// Else WireGuard's: 5 s and up to 334 ms of jitter, so that two sides do not keep in step.
        case steady
    }

    /// How fast.
    public let pace: Pace
    /// How long after the first message the attempt is given up.
    public let limit: Duration

    /// Retries at `pace` until `limit` has passed.
    public init(_ pace: Pace, limit: Duration = Timing.attempt) {
        self.pace = pace
        self.limit = limit
    }

    /// For calls.
    public static let call = RetrySchedule(.call)
    /// For everything else.
    public static let steady = RetrySchedule(.steady)

    /// The time from message number `count` (1, 2, …) to the next.
    func interval(afterMessage count: Int, using random: inout SeededRandom) -> Duration {
        switch pace {
        case .call where count <= 3: .milliseconds(150)
        case .call: .milliseconds(min(4_000, 300 << min(count - 4, 4)))
        case .steady: .seconds(5) + .milliseconds(Int.random(in: 0...334, using: &random))
        }
    }
}
