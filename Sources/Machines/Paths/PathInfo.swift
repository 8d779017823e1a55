public import Basics

/// What people may know of a path: a row of `net.paths`.
public struct PathInfo: Equatable, Sendable {
    /// How far a path is to be trusted.
    public enum State: Sendable {
        /// Nothing has come back over it yet; up to three times what came from it may be sent.
        case validating
        /// Packets arrive.
        case up
        /// Packets have been unacknowledged for too long; another path is preferred while this one is asked.
        case doubtful
    }

    /// Its number.
    public let id: PathID
    /// How it leads to the peer.
    public let kind: PathKind
    /// Where it leads.
    public let ends: PathEnds
    /// The pair that its ICE agent uses; nil when it is none of ICE.
    public let pair: ICEPair?
    /// How far it is to be trusted.
    public let state: State
    /// The time to the peer and back; nil while it is not known.
    public let roundTrip: Duration?
    /// When it was proven; before that, when it was found.
    public let since: Instant
    /// When something last showed that packets arrive; nil before the first time.
    public let lastAlive: Instant?
    /// Bytes of datagrams.
    public let sentByteCount: Int, receivedByteCount: Int
}
