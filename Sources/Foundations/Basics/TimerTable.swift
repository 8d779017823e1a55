/// A small table of named deadlines (quinn's timer table): no objects, no callbacks, and a reason for every wake. Only
/// making one allocates.
public struct TimerTable<Kind: Hashable & CaseIterable & Sendable>: Sendable {
    private var rows: [(kind: Kind, deadline: Instant?)]
    /// The earliest deadline and whose it is: asked much oftener than a deadline changes.
    public private(set) var next: (kind: Kind, deadline: Instant)?

    /// A table with no deadline set.
    public init() { rows = Kind.allCases.map { ($0, nil) } }

    /// The deadline of `kind`; nil when it is not running.
    public subscript(kind: Kind) -> Instant? {
        get { rows[index(of: kind)].deadline }
        set {
            rows[index(of: kind)].deadline = newValue
            next = earliest
        }
    }

    private var earliest: (kind: Kind, deadline: Instant)? {
        var soonest: (kind: Kind, deadline: Instant)?
        for row in rows {
            guard let deadline = row.deadline, deadline < soonest?.deadline ?? .distantFuture else { continue }
            soonest = (row.kind, deadline)
        }
        return soonest
    }

    /// Clears and returns one deadline that has passed, earliest first; nil when none has.
    public mutating func popExpired(at now: Instant) -> Kind? {
        guard let (kind, deadline) = next, deadline <= now else { return nil }
        self[kind] = nil
        return kind
    }

    private func index(of kind: Kind) -> Int {
        guard let index = rows.firstIndex(where: { $0.kind == kind }) else {
            preconditionFailure("a case is not in allCases")
        }
        return index
    }
}
