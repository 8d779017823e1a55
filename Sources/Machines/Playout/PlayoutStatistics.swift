/// What has happened to one source's packets and to the time of its listener.
public struct PlayoutStatistics: Equatable, Sendable {
    /// Packets handed in.
    public internal(set) var received = 0
    /// Packets decoded.
    public internal(set) var decoded = 0
    /// Lost frames mended from a later packet.
    public internal(set) var recovered = 0
    /// Packets that never came in time.
    public internal(set) var lost = 0
    /// Packets that came after their moment.
    public internal(set) var late = 0
    /// Packets that came again.
    public internal(set) var duplicate = 0
    /// Packets thrown away unplayed: far too much delay, a restart, or a sequence number out of any order.
    public internal(set) var discarded = 0
    /// Samples that the listener heard instead of the source's own, while the source was running.
    public internal(set) var concealedSamples = 0
    /// Samples taken out to lower the delay.
    public internal(set) var shortenedSamples = 0
    /// Samples put in to raise the delay.
    public internal(set) var lengthenedSamples = 0
}
