public import Basics

/// The congestion controller of RFC 9002 §7 and its appendix B.
public struct NewReno: CongestionController {
    /// The largest datagram that we send.
    public static let datagramByteCount = 1_200
    /// RFC 9002 §7.2.
    private static let initialWindow = min(10 * datagramByteCount, max(2 * datagramByteCount, 14_720))
    private static let smallestWindow = 2 * datagramByteCount

    /// Bytes that may be under way.
    public private(set) var window = initialWindow
    private var threshold = Int.max
    /// Losses of packets sent before this moment belong to the same event.
    private var recoveryStart: Instant?
    private var acknowledgedInAvoidance = 0

    /// A controller at the initial window.
    public init() {}

    /// Grows by what arrived in slow start, by a datagram a window after it (RFC 9002 §7.3.1, §7.3.3).
    public mutating func acknowledged(
        byteCount: Int, sentAt: Instant, isLimitedByUse: Bool, roundTrip: RTTEstimator, at now: Instant
    ) {
        guard !isLimitedByUse, !isInRecovery(sentAt) else { return }
        guard window >= threshold else {
            window += byteCount
            return
        }
        acknowledgedInAvoidance += byteCount
        if acknowledgedInAvoidance >= window {
            acknowledgedInAvoidance -= window
            window += Self.datagramByteCount
        }
    }

    /// Halves the window once a round trip, or begins anew after persistent congestion (RFC 9002 §7.3.2, §7.6.2).
    public mutating func lost(newestSentAt: Instant, isPersistent: Bool, at now: Instant) {
        if !isInRecovery(newestSentAt) {
            recoveryStart = now
            window = max(window / 2, Self.smallestWindow)
            threshold = window
            acknowledgedInAvoidance = 0
        }
        if isPersistent {
            window = Self.smallestWindow
            recoveryStart = nil
        }
    }

    private func isInRecovery(_ sentAt: Instant) -> Bool { recoveryStart.map { sentAt <= $0 } ?? false }
}
