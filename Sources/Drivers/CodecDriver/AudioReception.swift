/// How one participant is heard so far.
public struct AudioReception: Equatable, Sendable {
    /// Packets that came.
    public var received = 0
    /// Packets decoded.
    public var decoded = 0
    /// Lost frames mended from the packet behind them.
    public var recovered = 0
    /// Packets that never came in time.
    public var lost = 0
    /// Packets that came after their moment.
    public var late = 0
    /// Packets that came again.
    public var duplicate = 0
    /// Packets thrown away: malformed, out of any order, or far too late to be of use.
    public var discarded = 0
    /// How long the listener heard something else than the participant while the participant's source ran.
    public var concealed = Duration.zero
    /// How long the jitter buffer holds sound now.
    public var delay = Duration.zero
    /// How long it wants to.
    public var target = Duration.zero
    /// How loud the newest frame was: decibels below full scale, 127 for silence.
    public var level = 127
}
