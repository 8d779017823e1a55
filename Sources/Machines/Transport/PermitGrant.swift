public import Basics

/// The decision that a class opens: the one thing that opens a permit (SECURITY, "The gate").
///
/// Only Trust decides, so only code that carries out a decision of Trust may spell out `decidedByTrust`.
public struct PermitGrant: Hashable, Sendable {
    let permit: PermitClass
    let scope: PermitScope
    let direction: PermitDirection

    /// Trust decided that `permit` opens in `scope` for `direction`. Never `control`, which is open from the keys on.
    public init(decidedByTrust permit: PermitClass, scope: PermitScope, direction: PermitDirection) {
        precondition(permit != .control)
        self.permit = permit
        self.scope = scope
        self.direction = direction
    }
}
