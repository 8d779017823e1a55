/// How sure we are of who somebody is (the ladder of DESIGN §10). Two rungs exist; the higher ones need a proof that
/// people or organisations give.
public enum IdentityLevel: UInt8, Hashable, Comparable, Sendable {
    /// A key never seen before.
    case unknown = 0
    /// The key is that of a contact: pinned since the first meeting. An invite gives this and never more.
    case pinned = 1

    /// A lower rung comes first.
    public static func < (left: IdentityLevel, right: IdentityLevel) -> Bool { left.rawValue < right.rawValue }

    /// `L0` or `L1`.
    public var name: String { "L\(rawValue)" }
}
