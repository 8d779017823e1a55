public import Basics

/// Where a handshake packet comes from and its answer goes to. Budgets are counted per source, port and introducer.
public enum Route: Hashable, Sendable {
    /// Datagrams between an address and one of our own bare UDP ports: initiations are padded, and under load a cookie
    /// proves the address.
    case address(SocketAddress, port: UInt16)
    /// Signalling that another carries: an introducer or a mailbox, by its Noise static or another id that stays.
    case introducer(Bytes32)
    /// The control stream of a session: the messages of a chained rekey.
    case session(SessionID)

    var isBarePort: Bool {
        switch self {
        case .address: true
        case .introducer, .session: false
        }
    }

    /// The session that carries a rekey.
    var session: SessionID? {
        switch self {
        case .address, .introducer: nil
        case .session(let session): session
        }
    }
}
