public import Basics

/// What was sent to one receiver of late, and what of it is sent again when the receiver asks.
///
/// It knows numbers, lengths and times; the caller keeps the pieces of frames, once for all receivers, by a running number
/// of its own (`packet`). A packet is sent again at most once in a round trip, and all that is sent again is at most `budgetShare` of
/// what was sent: a receiver that asks for everything gets no more than that. Nothing is allocated after `init`.
public struct RetransmissionStore: Sendable {
    /// Packets it remembers; a power of two. With payloads of 1,176 bytes 1.2 MB, or 1 s at 9 Mbit/s.
    public static let capacity = 1_024
    /// The share of the sent bytes that may be sent again.
    public static let budgetShare = 0.5
    /// Bytes that may be sent again at once: a large key frame.
    public static let budgetBurst = 65_536
    /// Who asks later than this and a round trip after the packet left can no longer show it.
    public static let maximumAge: Duration = .seconds(1)

    /// A packet that is to be sent again.
    public struct Retransmission: Equatable, Sendable {
        /// The caller's number.
        public var packet: Int
        /// The number that this receiver knows its frame by.
        public var pictureID: PictureID
    }

    /// What has happened so far.
    public private(set) var statistics = RetransmissionStatistics()
    /// How long a packet and its answer take: the caller measures it.
    public var roundTrip: Duration = .milliseconds(100)

    private struct Slot: Sendable {
        var sequence: SequenceNumber
        var content: Retransmission
        var byteCount: Int
        var sent: Instant
        var sentAgain: Instant?
    }

    private var slots: [Slot?] = Array(repeating: nil, count: capacity)
    private var budget = Double(budgetBurst)

    /// Nothing sent yet.
    public init() {}

    /// Packet number `packet` of the caller, a piece of frame `pictureID`, left with `sequence`.
    public mutating func sent(
        _ sequence: SequenceNumber, packet: Int, pictureID: PictureID, byteCount: Int, at now: Instant
    ) {
        precondition(byteCount >= 0)
        let content = Retransmission(packet: packet, pictureID: pictureID)
        slots[Self.index(of: sequence)] = Slot(sequence: sequence, content: content, byteCount: byteCount, sent: now)
        budget = min(Double(Self.budgetBurst), budget + Double(byteCount) * Self.budgetShare)
    }

    /// The receiver asks for `sequence`: the packet that is to be sent again now; nil when none is. The caller still has
    /// the bytes of packets from number `oldest` on.
    ///
    /// The caller will send `copies` of it: they count as sent again, and once against the budget.
    public mutating func requested(
        _ sequence: SequenceNumber, copies: Int = 1, oldest: Int, at now: Instant
    ) -> Retransmission? {
        statistics.requested += 1
        let index = Self.index(of: sequence)
        guard let slot = slots[index], slot.sequence == sequence, slot.content.packet >= oldest,
            now - slot.sent <= Self.maximumAge + roundTrip
        else { return refuse(\.unknown) }
        if let last = slot.sentAgain, now - last < roundTrip { return refuse(\.tooSoon) }
        guard budget >= Double(slot.byteCount) else { return refuse(\.overBudget) }
        budget -= Double(slot.byteCount)
        slots[index]?.sentAgain = now
        statistics.sentAgain += copies
        statistics.sentAgainByteCount += copies * slot.byteCount
        return slot.content
    }

    private mutating func refuse(_ reason: WritableKeyPath<RetransmissionStatistics, Int>) -> Retransmission? {
        statistics[keyPath: reason] += 1
        return nil
    }

    private static func index(of sequence: SequenceNumber) -> Int { Int(sequence.rawValue) & (capacity - 1) }
}
