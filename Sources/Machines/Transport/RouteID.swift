/// A two-way channel on which the node can send an answer: a port and an address, an introducer, an inbox. The node
/// gives the numbers; Transport repeats them.
public struct RouteID: Hashable, Comparable, Sendable, RawRepresentable {
    /// The node's number.
    public let rawValue: UInt32

    /// Route number `rawValue`.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// By number.
    public static func < (left: RouteID, right: RouteID) -> Bool { left.rawValue < right.rawValue }
}
