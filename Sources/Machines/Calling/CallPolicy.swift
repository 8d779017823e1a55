/// How long things may take. Whether a call is answered without a person is the node's to decide: media must be ready.
public struct CallPolicy: Equatable, Sendable {
    /// How long a call rings before it counts as missed (`call.ringSeconds`).
    public var ringDuration: Duration = .seconds(45)
    /// How long we try to get a session with the callee before it counts as unreachable.
    public var reachDuration: Duration = .seconds(15)

    /// Offers older than this do not ring, whatever they say (PROTOCOL §2).
    public static let longestLifetime: Duration = .seconds(60)
    /// Unanswered calls of one contact within an hour, after which its offers are refused (SECURITY, "floods").
    public static let unansweredPerHour = 6

    /// The defaults.
    public init() {}
}
