import Basics

extension PlayoutBuffer {
    /// What to do with a packet that came.
    public enum Insertion: Equatable, Sendable {
        /// Keep its bytes in the slot until a decision uses it or another packet takes the slot.
        case keep(slot: Int)
        /// Forget it; the statistics say why.
        case drop
    }

    /// RFC 3550 A.1: a step back beyond this, or a step ahead beyond the other, is believed only from the second packet.
    private static var maximumMisorder: Int { 100 }
    private static var maximumDropout: Int { 3_000 }
    /// A transit that differs by more is a source that has set its clock anew.
    private static var maximumTransitStep: Int { PlayoutClock.samples(milliseconds: 4_000) }

    /// A source that has sent a copy in so many packets is taken to send them: 5 s.
    private static var copyMemory: Int { 250 }

    /// A packet came. Packets may come in any order and more than once.
    public mutating func insert(_ packet: PlayoutPacket) -> Insertion {
        precondition((1...5_760).contains(packet.sampleCount))
        statistics.received += 1
        guard let expected = nextSequence else { return begin(with: packet) }
        let step = packet.sequence.distance(from: expected)
        guard step > -Self.maximumMisorder, step < Self.maximumDropout else { return doubt(packet) }
        suspect = nil
        let position = unwrap(packet.timestamp)
        guard isPlausible(position, of: packet), step < Self.capacity else {
            return step < 0 ? drop(\.late) : restart(with: packet)
        }
        return keep(packet, position: position, step: step)
    }

    private mutating func keep(_ packet: PlayoutPacket, position: Int, step: Int) -> Insertion {
        let slot = Self.index(of: packet.sequence)
        if step >= 0, slots[slot] != nil { return drop(\.duplicate) }
        let now = PlayoutClock.samples(at: packet.arrival)
        delays.arrived(transit: now - position, at: now)
        if step < 0 {
            // Before the first tick nothing is too late: an earlier packet becomes the first.
            guard case .filling = phase, slots[slot] == nil else { return drop(\.late) }
            (nextSequence, nextPosition) = (packet.sequence, position)
        }
        if phase == .resting { wake(with: packet) }
        slots[slot] = Slot(packet: packet, position: position)
        waitingCount += 1
        packetsWithCopies = packet.carriesPrevious ? Self.copyMemory : max(0, packetsWithCopies - 1)
        return .keep(slot: slot)
    }

    /// The first packet of all, or of a source that begins anew.
    private mutating func begin(with packet: PlayoutPacket) -> Insertion {
        (nextSequence, nextPosition) = (packet.sequence, Int(packet.timestamp))
        wake(with: packet)
        return keep(packet, position: nextPosition, step: 0)
    }

    /// The first packet after a rest. Only the other side's word says that its source runs again: this may be the last
    /// packet of before, overtaken by the word that it was.
    private mutating func wake(with packet: PlayoutPacket) {
        let wait = max(limits.startDelay, targetSamples)
        phase = .filling(
            until: packet.arrival + PlayoutClock.duration(samples: wait), counts: isSending && statistics.decoded > 0)
    }

    private mutating func restart(with packet: PlayoutPacket) -> Insertion {
        restart()
        return begin(with: packet)
    }

    private mutating func doubt(_ packet: PlayoutPacket) -> Insertion {
        guard packet.sequence == suspect else {
            suspect = packet.sequence.next
            return drop(\.discarded)
        }
        return restart(with: packet)
    }

    private mutating func drop(_ reason: WritableKeyPath<PlayoutStatistics, Int>) -> Insertion {
        statistics[keyPath: reason] += 1
        return .drop
    }

    private func unwrap(_ timestamp: UInt32) -> Int {
        nextPosition + Int(Int32(bitPattern: timestamp &- UInt32(truncatingIfNeeded: nextPosition)))
    }

    private func isPlausible(_ position: Int, of packet: PlayoutPacket) -> Bool {
        guard let fastest = delays.fastest else { return true }
        let transit = PlayoutClock.samples(at: packet.arrival) - position
        return abs(transit - fastest) <= Self.maximumTransitStep
    }
}
