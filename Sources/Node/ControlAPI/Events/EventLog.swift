public import Basics

/// The events of this run of the daemon: numbered without a hole, the newest 10,000 kept for those who come later.
///
/// Nobody may rely on it for what the law asks for: that is in the journal.
public struct EventLog: Sendable {
    /// How many events are kept (CONTRACT §7).
    public static let capacity = 10_000

    /// Events from the past, and whether some in between are missing.
    public struct Replay: Sendable {
        /// The events, oldest first.
        public let events: [Event]
        /// Whether the client may have missed events: it knows of others than ours, or those after are no longer kept.
        public let hasGap: Bool
    }

    /// Names this run of the daemon.
    public let boot: String
    private var kept = RingBuffer<Event>(capacity: capacity)
    /// The number of the newest event; 0 before the first.
    public private(set) var newest: UInt64 = 0

    /// The log of the run called `boot`.
    public init(boot: String) { self.boot = boot }

    /// Numbers and keeps an event. The fields must be those of its type.
    public mutating func append(_ type: EventType, _ data: JSONObject, at time: WallTime) -> Event {
        if let misnomer = type.misnomer(in: data) { preconditionFailure("\(type.rawValue): \(misnomer)") }
        newest += 1
        let event = Event(type, data, boot: boot, sequence: newest, at: time)
        if kept.isFull { _ = kept.popFirst() }
        kept.append(event)
        return event
    }

    /// The events after number `since` of the run `boot` (nil: of this one) that `filter` admits, at most `maximum`.
    /// A client that knows another run, or numbers that we have not given yet, is given all there is, and told of the gap.
    public func replay(
        since: UInt64, boot: String? = nil, _ filter: EventFilter = EventFilter(), maximum: Int = .max
    ) -> Replay {
        let isOurs = boot ?? self.boot == self.boot && since <= newest
        let oldest = newest - UInt64(kept.count)  // the newest event that is no longer kept
        let start = isOurs ? max(since, oldest) : oldest
        var events: [Event] = []
        for offset in Int(start - oldest)..<kept.count where events.count < maximum {
            if filter.admits(kept[offset].type) { events.append(kept[offset]) }
        }
        return Replay(events: events, hasGap: !isOurs || since < oldest)
    }
}
