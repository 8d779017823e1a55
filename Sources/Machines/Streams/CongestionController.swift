public import Basics

/// Decides how many bytes may be under way on one path (RFC 9002 §7). It never sees a packet.
public protocol CongestionController: Sendable {
    /// A controller for a path of which nothing is known.
    init()

    /// Bytes that may be sent and not yet acknowledged or lost.
    var window: Int { get }

    /// `byteCount` bytes that left at `sentAt` have arrived. `isLimitedByUse`: less than half of the window was in use, so that
    /// their arrival says nothing about a larger one.
    mutating func acknowledged(
        byteCount: Int, sentAt: Instant, isLimitedByUse: Bool, roundTrip: RTTEstimator, at now: Instant)

    /// Packets are lost, the newest of which left at `newestSentAt`. `isPersistent`: nothing came through for so long that
    /// the path must be taken for a new one (RFC 9002 §7.6).
    mutating func lost(newestSentAt: Instant, isPersistent: Bool, at now: Instant)
}
