public import Basics

/// Where a handshake packet came from. Budgets are counted per source and per route.
public enum Origin: Hashable, Sendable {
    /// A datagram on a bare UDP port: initiations are padded, and under load a cookie proves the source.
    case address(SocketAddress, route: RouteID)
    /// Carried by signalling: an introducer (its stable id), an inbox.
    case introducer(Bytes32, route: RouteID)
    /// Taken from a session's control stream: a message of a chained rekey.
    case session(SessionID)

    var isBarePort: Bool {
        switch self {
        case .address: true
        case .introducer, .session: false
        }
    }

    var route: RouteID? {
        switch self {
        case .address(_, let route), .introducer(_, let route): route
        case .session: nil
        }
    }
}
