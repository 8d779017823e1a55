public import Basics

/// When a source made its packets, on our clock: as far apart as its timestamps say, and as early as its fastest packet of
/// late allows. So what is written to a file has neither the jitter of the path nor that of this machine.
///
/// Whatever a peer's timestamps say, a moment is within two seconds of the packet's arrival.
public struct SourceClock: Sendable {
    private let rate: Int64
    private var newest: Int64 = 0
    /// The arrival of the fastest packet less its place on the source's clock, and when that was looked at last.
    private var fastest: (transit: Int64, at: Instant)?

    /// Beyond this the source has set its clock anew.
    private static let mostApart: Int64 = 2_000_000_000
    /// How fast it is forgotten how fast a packet came, since no two clocks run alike: 200 µs a second.
    private static let drift = 0.000_2

    /// A source whose timestamps count `rate` units a second. Precondition: that is more than 0.
    public init(rate: Int) {
        precondition(rate > 0)
        self.rate = Int64(rate)
    }

    /// When the source made the packet with this timestamp, which came at `arrival`.
    public mutating func moment(of timestamp: UInt32, arrival: Instant) -> Instant {
        let place = newest + Int64(Int32(bitPattern: timestamp &- UInt32(truncatingIfNeeded: newest)))
        let transit = arrival.nanoseconds - nanoseconds(place)
        guard let (before, at) = fastest, abs(transit - before) <= Self.mostApart else {
            newest = Int64(timestamp)
            fastest = (arrival.nanoseconds - nanoseconds(newest), arrival)
            return arrival
        }
        newest = max(newest, place)
        let forgotten = Int64(Double(max(0, (arrival - at).nanoseconds)) * Self.drift)
        let now = min(transit, before + forgotten)
        fastest = (now, max(at, arrival))
        return Instant(nanoseconds: nanoseconds(place) + now)
    }

    private func nanoseconds(_ place: Int64) -> Int64 {
        place / rate * 1_000_000_000 + place % rate * 1_000_000_000 / rate
    }
}
