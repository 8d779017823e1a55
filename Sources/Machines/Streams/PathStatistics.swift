/// Figures of one path, for people and for the choice of paths.
public struct PathStatistics: Equatable, Sendable {
    /// Packets sent on it, acknowledged, and taken for lost.
    public internal(set) var sent = 0, acknowledged = 0, lost = 0
    /// Lost packets that were acknowledged after all.
    public internal(set) var lostInError = 0
    /// Moving average of the round trip, and the smallest; nil before the first sample.
    public internal(set) var roundTrip: Duration?, minimumRoundTrip: Duration?
    /// Bytes that may be under way, and that are.
    public internal(set) var window = 0, inFlight = 0
}
