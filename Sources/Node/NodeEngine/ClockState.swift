/// How well the calendar of this machine is kept: what entries' times are worth.
public struct ClockState: Equatable, Sendable {
    /// Whether something (an NTP client) keeps the clock right.
    public let isSynchronized: Bool
    /// The largest error that it admits.
    public let maximumError: Duration

    /// A clock that is kept so.
    public init(isSynchronized: Bool, maximumError: Duration) {
        self.isSynchronized = isSynchronized
        self.maximumError = maximumError
    }
}
