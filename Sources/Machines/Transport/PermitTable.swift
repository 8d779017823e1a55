public import Basics

/// Which classes are open on one session, by scope and direction. All are closed but control until Trust opens them.
public struct PermitTable: Sendable {
    /// Scopes with an open class; more are refused.
    public static let capacity = 64

    private struct Entry {
        let scope: PermitScope
        var sending: PermitClasses = []
        var receiving: PermitClasses = []
    }

    private var entries: [Entry] = []

    /// Control is open, nothing else.
    public init() {}

    /// The open classes; control is always among them.
    @inline(__always)
    public func classes(in scope: PermitScope, _ direction: PermitDirection) -> PermitClasses {
        for entry in entries where entry.scope == scope {
            switch direction {
            case .sending: return entry.sending.union(.control)
            case .receiving: return entry.receiving.union(.control)
            }
        }
        return .control
    }

    /// Whether `permit` is open.
    @inline(__always)
    public func isOpen(_ permit: PermitClass, in scope: PermitScope, _ direction: PermitDirection) -> Bool {
        permit == .control || classes(in: scope, direction).contains(permit)
    }

    /// Opens what was granted; false, and nothing opened, when the table is full.
    public mutating func open(_ grant: PermitGrant) -> Bool {
        if !entries.contains(where: { $0.scope == grant.scope }) {
            guard entries.count < Self.capacity else { return false }
            entries.append(Entry(scope: grant.scope))
        }
        change(grant.scope, grant.direction) { $0.insert(PermitClasses(grant.permit)) }
        return true
    }

    /// Closes `permit`, at once. Closing what is closed does nothing.
    public mutating func close(_ permit: PermitClass, in scope: PermitScope, _ direction: PermitDirection) {
        change(scope, direction) { $0.remove(PermitClasses(permit)) }
        entries.removeAll { $0.sending.isEmpty && $0.receiving.isEmpty }
    }

    /// Closes every class of `scope`, at once.
    public mutating func closeAll(in scope: PermitScope) { entries.removeAll { $0.scope == scope } }

    /// Closes everything but control, at once.
    public mutating func closeAll() { entries.removeAll() }

    private mutating func change(
        _ scope: PermitScope, _ direction: PermitDirection, _ change: (inout PermitClasses) -> Void
    ) {
        guard let index = entries.firstIndex(where: { $0.scope == scope }) else { return }
        switch direction {
        case .sending: change(&entries[index].sending)
        case .receiving: change(&entries[index].receiving)
        }
    }
}
