/// The times and counts of the transport: PROTOCOL §2 and §3, else WireGuard's (its paper, §6.1).
public enum Timing {
    /// A session that nobody used for this long is dropped.
    public static let idle: Duration = .seconds(120)
    /// A registered session says something this often, for the sake of NATs.
    public static let keepalive: Duration = .seconds(25)
    /// The side that initiated the chain makes a new key when the session is used and its key is this old…
    public static let rekeyAfter: Duration = .seconds(120)
    /// …or, while nobody uses it, just before the key is refused.
    public static let idleRekeyAfter: Duration = .seconds(165)
    /// A key older than this neither seals nor opens.
    public static let rejectAfter: Duration = .seconds(180)
    /// Packets under one key after which either side makes a new one.
    public static let rekeyAfterPackets: UInt64 = 1 << 31
    /// Packets under one key after which it seals no more: the counter on the wire has 32 bits.
    public static let rejectAfterPackets: UInt64 = 1 << 32 - 1 << 13 - 1

    /// How long an attempt goes on, and how long its answer waits to be confirmed.
    public static let attempt: Duration = .seconds(90)
    /// How long our own message 1 goes before that of the peer (simultaneous initiation).
    public static let precedence: Duration = .seconds(1)
    /// How long a session of ours that was not heard yet goes before a message 1 of the peer's.
    public static let trial: Duration = .seconds(5)
    /// How long the node may think about a message 1.
    public static let decision: Duration = .seconds(10)
    /// How long the hash of a message 1 is remembered.
    public static let messageMemory: Duration = .seconds(600)

    /// How long a secret that continues the chain outlives the last use of its session.
    public static let resume: Duration = .seconds(600)
    /// How long an index rests before it is given away again.
    public static let indexRest: Duration = .seconds(180)
    /// How long one secret makes cookies.
    public static let cookieSecret: Duration = .seconds(120)
}
