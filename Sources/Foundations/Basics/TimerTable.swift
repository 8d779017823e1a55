/// A small table of named deadlines (quinn's timer table): no objects, no callbacks, and a reason for every wake.
public struct TimerTable<Kind: Hashable & CaseIterable & Sendable>: Sendable
where Kind.AllCases: RandomAccessCollection {
    private var deadlines: [Instant?]

    /// A table with no deadline set.
    public init() { deadlines = Array(repeating: nil, count: Kind.allCases.count) }

    /// The deadline of `kind`; nil when it is not running.
    public subscript(kind: Kind) -> Instant? {
        get { deadlines[Self.index(of: kind)] }
        set { deadlines[Self.index(of: kind)] = newValue }
    }

    /// The earliest deadline and whose it is.
    public var next: (kind: Kind, deadline: Instant)? {
        var soonest: (kind: Kind, deadline: Instant)?
        for (kind, deadline) in zip(Kind.allCases, deadlines) {
            guard let deadline, deadline < soonest?.deadline ?? .distantFuture else { continue }
            soonest = (kind, deadline)
        }
        return soonest
    }

    /// Clears and returns one deadline that has passed, earliest first; nil when none has.
    public mutating func popExpired(at now: Instant) -> Kind? {
        guard let (kind, deadline) = next, deadline <= now else { return nil }
        self[kind] = nil
        return kind
    }

    private static func index(of kind: Kind) -> Int {
        guard let index = Kind.allCases.firstIndex(of: kind) else { preconditionFailure("a case is not in allCases") }
        return Kind.allCases.distance(from: Kind.allCases.startIndex, to: index)
    }
}
