internal import Basics
internal import Paths
internal import Transport

/// The two-way channels on which handshakes arrived lately, so that an answer goes back where it belongs.
///
/// A ring: a route that 1,024 newer ones have pushed out is forgotten, and its answer is not sent.
struct RouteTable {
    private static let capacity = 1_024

    private var ends: [PathEnds?] = Array(repeating: nil, count: capacity)
    private var newest: UInt64 = 0

    /// The route of `path`: the same as the last one when it is the same path.
    mutating func route(for path: PathEnds) -> RouteID {
        if ends[slot(newest)] != path {
            newest += 1
            ends[slot(newest)] = path
        }
        return RouteID(rawValue: newest)
    }

    /// The path of `route`; nil when it has been forgotten.
    func path(of route: RouteID) -> PathEnds? {
        guard route.rawValue <= newest, newest - route.rawValue < UInt64(Self.capacity) else { return nil }
        return ends[slot(route.rawValue)]
    }

    private func slot(_ number: UInt64) -> Int { Int(number % UInt64(Self.capacity)) }
}
