/// A receipt for an entry: when the journal has stored as much, the entry survives a crash.
public struct Ticket: Hashable, Comparable, Sendable {
    /// The log's size with this entry.
    public let size: Int

    /// The earlier entry comes first.
    public static func < (left: Ticket, right: Ticket) -> Bool { left.size < right.size }
}
