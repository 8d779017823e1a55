public import Basics

/// What the node is to do, or to know, after an input. Poll until `wait`.
public enum Output: Sendable {
    /// Send an answer to a handshake packet, on the route that it came from.
    case transmit([UInt8], on: Route)
    /// Send message 1 of an attempt on each of its routes: `Endpoint.initiation(_:on:)` gives the packet for a route.
    case sendInitiation(HandshakeID)
    /// Send a sealed packet of padding, which confirms a key or keeps a session alive.
    case transmitSealed(SealedPadding)
    /// Send a message of a chained rekey on the session's control stream, as it is.
    case carry(SessionID, [UInt8])

    /// A valid message 1 waits for `respond` or `ignore`.
    case initiation(ReceivedInitiation)
    /// An attempt of ours succeeded.
    case established(Establishment)
    /// An attempt of ours is over without keys of its own.
    case ended(HandshakeID, HandshakeEnd)
    /// The peer says that it speaks only these versions. Whoever knows its key can say so: a hint, nothing more.
    case versions(HandshakeID, [UInt8])

    /// The peer has confirmed a session that we answered. Comes once a session, before anything else about it.
    case confirmed(SessionID)
    /// The session seals under the key of `epoch` from now on.
    case rekeyed(SessionID, epoch: UInt32)
    /// Nothing that was sealed under our keys from `epoch` on was or will be opened: handshakes crossed and the peer kept
    /// its own. That has this epoch, and its counters start at 0.
    case voided(SessionID, epoch: UInt32)
    /// A new key is due; said once until there is one or the attempt ended.
    case rekeyDue(SessionID, RekeyCarriage)
    /// The session is gone.
    case closed(SessionID, CloseReason)

    /// Nothing more to do until then.
    case wait(until: Instant)
}
