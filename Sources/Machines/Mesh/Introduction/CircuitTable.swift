public import Basics

/// The circuits through introducers that lead to us or that we opened, each under a number of our own: the route of a path
/// of kind `signal`.
public struct CircuitTable: Sendable {
    /// One circuit.
    public struct Circuit: Equatable, Sendable {
        /// Whose session carries it.
        public let introducer: Bytes32
        /// Its number there.
        public let number: UInt32
        /// Whom we asked for; nil when somebody asked for us.
        public let target: Bytes32?
    }

    /// Circuits at most; the oldest makes room.
    public static let capacity = 128

    private var circuits = OrderedMap<UInt32, Circuit>()
    private var nextNumber: UInt32 = 1

    /// None.
    public init() {}

    /// The circuit of a route.
    public subscript(route: UInt32) -> Circuit? { circuits[route] }

    /// The route to `target` through `introducer`; a new one if there is none.
    public mutating func route(to target: Bytes32, through introducer: Bytes32) -> (route: UInt32, isNew: Bool) {
        if let known = first({ $0.introducer == introducer && $0.target == target }) { return (known, false) }
        return (add(Circuit(introducer: introducer, number: nextNumber, target: target)), true)
    }

    /// The route of a circuit by which somebody asked for us; a new one if there is none.
    public mutating func route(ofAsker number: UInt32, through introducer: Bytes32) -> UInt32 {
        first { $0.introducer == introducer && $0.target == nil && $0.number == number }
            ?? add(Circuit(introducer: introducer, number: number, target: nil))
    }

    /// The route of a circuit that we opened; nil when we did not.
    public func route(ofOurs number: UInt32, through introducer: Bytes32) -> UInt32? {
        first { $0.introducer == introducer && $0.target != nil && $0.number == number }
    }

    /// Whether some introducer still carries what we send to `target`.
    public func isOpen(to target: Bytes32) -> Bool { circuits.values.contains { $0.target == target } }

    /// Forgets a circuit.
    public mutating func remove(_ route: UInt32) { circuits.removeValue(forKey: route) }

    /// The session with an introducer is gone: so are these routes.
    public mutating func gone(_ introducer: Bytes32) -> [UInt32] {
        let routes = zip(circuits.keys, circuits.values).filter { $1.introducer == introducer }.map(\.0)
        for route in routes { circuits.removeValue(forKey: route) }
        return routes
    }

    private func first(_ fits: (Circuit) -> Bool) -> UInt32? {
        zip(circuits.keys, circuits.values).first { fits($1) }?.0
    }

    private mutating func add(_ circuit: Circuit) -> UInt32 {
        if circuits.count >= Self.capacity, let oldest = circuits.keys.first { circuits.removeValue(forKey: oldest) }
        let route = nextNumber
        nextNumber &+= 1
        circuits[route] = circuit
        return route
    }
}
