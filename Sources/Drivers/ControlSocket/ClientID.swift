/// One connection to the control socket. No number comes twice while the daemon runs.
public struct ClientID: Hashable, Comparable, Sendable {
    /// The number, in the order of connecting.
    public let rawValue: UInt64

    /// The connection `rawValue`.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The one who connected first comes first.
    public static func < (left: ClientID, right: ClientID) -> Bool { left.rawValue < right.rawValue }
}
