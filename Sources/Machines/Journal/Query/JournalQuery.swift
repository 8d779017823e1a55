public import Age
public import Basics

/// Which entries somebody wants to see. Every condition must hold; a condition that is not given always does.
public struct JournalQuery: Hashable, Sendable {
    /// Events by name (`call.end`) or by group (`call`).
    public var events: [String] = []
    /// Not before this time of the calendar, as it stood then.
    public var since: WallTime?
    /// Before this time.
    public var until: WallTime?
    /// Of this call.
    public var call: LocalCallID?
    /// About or by this contact.
    public var contact: SubjectID?
    /// From this place in the log on.
    public var firstSequence = 0
    /// At most so many, the first ones.
    public var limit = Int.max

    /// Every entry.
    public init() {}

    /// Whether `entry` is one of them; the limit aside.
    public func matches(_ entry: JournalEntry) -> Bool {
        let isNamed = events.isEmpty || events.contains { entry.event == $0 || entry.event.hasPrefix("\($0).") }
        let isInTime = since.map { entry.time >= $0 } ?? true && until.map { entry.time < $0 } ?? true
        let isOfCall = call.map { entry.call == $0 } ?? true
        let isOfContact =
            contact.map { entry.actor == .contact($0) || entry.fields["contact"]?.string == $0.text } ?? true
        return entry.sequence >= firstSequence && isNamed && isInTime && isOfCall && isOfContact
    }

    /// The entries of the log under `reader`, nothing opened.
    public func entries(in reader: some JournalReader) throws(VerificationFailure) -> [StoredEntry] {
        var found: [StoredEntry] = []
        try visit(reader) { entry, bytes in
            found.append(StoredEntry(entry: entry, bytes: bytes, personal: entry.sealed.map { _ in nil }))
        }
        return found
    }

    /// The entries of the log under `reader`, with what is personal where its key still opens with `identity`.
    public func entries(
        in reader: some JournalReader, openedBy identity: borrowing AgeIdentity
    ) throws(VerificationFailure) -> [StoredEntry] {
        var sidecars = SidecarReader()
        var found: [StoredEntry] = []
        for stored in try entries(in: reader) {
            var personal: [JSONObject?] = []
            for commitment in stored.entry.sealed {
                personal.append(try sidecars.open(commitment, in: stored.entry, reader, identity))
            }
            found.append(StoredEntry(entry: stored.entry, bytes: stored.bytes, personal: personal))
        }
        return found
    }

    private func visit(
        _ reader: some JournalReader, _ body: (JournalEntry, [UInt8]) -> Void
    ) throws(VerificationFailure) {
        var count = 0
        _ = try EntryBundles(reader, from: firstSequence / Tile.width, while: { count < limit }) {
            (sequence, bytes) throws(VerificationFailure) in
            guard count < limit, sequence >= firstSequence, let entry = JournalEntry(parsing: bytes), matches(entry)
            else { return }
            count += 1
            body(entry, [UInt8](bytes))
        }
    }
}

extension JournalQuery {
    /// JSON Lines: each entry on a line of its own.
    public static func export(_ entries: [StoredEntry]) -> [UInt8] {
        entries.flatMap { $0.line + [UInt8(ascii: "\n")] }
    }
}
