/// Names an ICE agent of this process.
public struct ICEAgentID: Hashable, Sendable, Comparable {
    /// The number; 0 is none.
    public let rawValue: UInt32

    /// The agent with this number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Older agents come first.
    public static func < (left: ICEAgentID, right: ICEAgentID) -> Bool { left.rawValue < right.rawValue }
}
