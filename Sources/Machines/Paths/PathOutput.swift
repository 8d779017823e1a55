public import Basics

/// The number of a ping, for its answer.
public struct PingID: Hashable, Sendable, RawRepresentable {
    /// The number.
    public let rawValue: UInt32

    /// Ping number `rawValue`.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// Why a path is gone.
public enum PathEnd: Equatable, Sendable {
    /// Nothing came back for 30 s.
    case expired
    /// Its owner took it away: a network or a relay has gone.
    case removed
    /// It was never proven, and made room for a newer one.
    case displaced
}

/// What the table of paths wants done, and what it reports.
public enum PathOutput: Equatable, Sendable {
    /// Seal `message` under class control and send it on that very path.
    case transmit(PathMessage, on: PathID)
    /// The path is proven.
    case up(PathID)
    /// The path is gone: what is under way on it is lost.
    case down(PathID, PathEnd)
    /// Another path carries the data from now on; nil: none does.
    case changed(from: PathID?, to: PathID?)
    /// A ping came back after this time.
    case pong(PingID, PathID, Duration)
    /// A ping did not come back in its time.
    case pingTimedOut(PingID, PathID)
}
