/// The number of one path of one session (PROTOCOL §4). Given once, never to another path.
public struct PathID: Hashable, Comparable, Sendable, RawRepresentable {
    /// The number.
    public let rawValue: UInt32

    /// Path number `rawValue`.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// In the order of their making.
    public static func < (left: PathID, right: PathID) -> Bool { left.rawValue < right.rawValue }
}
