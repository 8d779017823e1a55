public import Basics

/// The gate's hand on the sessions (PROTOCOL §3, "Permits").
extension Endpoint {
    /// Opens what Trust decided.
    public mutating func open(_ grant: PermitGrant, on id: SessionID) throws(PermitError) {
        guard let isConfirmed = sessions[id]?.isConfirmed else { throw .noSession }
        guard isConfirmed else { throw .unconfirmed }
        guard sessions[id]?.permits.open(grant) == true else { throw .tableFull }
    }

    /// Closes a class, at once.
    public mutating func close(
        _ permit: PermitClass, in scope: PermitScope, _ direction: PermitDirection, on id: SessionID
    ) {
        sessions[id]?.permits.close(permit, in: scope, direction)
    }

    /// Closes every class of `scope`, at once.
    public mutating func closeAll(in scope: PermitScope, on id: SessionID) { sessions[id]?.permits.closeAll(in: scope) }

    /// Closes everything but control, at once.
    public mutating func closeAll(on id: SessionID) { sessions[id]?.permits.closeAll() }

    /// The classes that are open in a scope: none when the session is gone.
    public func permits(in scope: PermitScope, _ direction: PermitDirection, on id: SessionID) -> PermitClasses {
        switch sessions[id] {
        case .some(let session): session.permits.classes(in: scope, direction)
        case .none: []
        }
    }
}
