/// How many datagrams were dropped, by reason.
public struct DropCounts: Sendable {
    private var counts = [UInt64](repeating: 0, count: DropReason.allCases.count)

    /// Nothing dropped yet.
    public init() {}

    /// How many were dropped for `reason`.
    public subscript(reason: DropReason) -> UInt64 { counts[Int(reason.rawValue)] }

    /// How many were dropped for any reason.
    public var total: UInt64 { counts.reduce(0, &+) }

    mutating func count(_ reason: DropReason) { counts[Int(reason.rawValue)] &+= 1 }
}
