public import Basics

/// What a permit belongs to, so that what one call may send opens nothing for another.
public enum PermitScope: Hashable, Sendable {
    /// The session as a whole.
    case session
    /// One call, by its id.
    case call(UInt128)
    /// One room, by its id.
    case room(Bytes32)

    /// The call whose id are these bytes. Precondition: 16 of them.
    public static func call(id bytes: [UInt8]) -> PermitScope {
        precondition(bytes.count == 16)
        return .call(bytes.reduce(0) { $0 << 8 | UInt128($1) })
    }
}
