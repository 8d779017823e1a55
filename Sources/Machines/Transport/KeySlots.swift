internal import Basics

/// The three handshakes that a session may hold at a time: the one before, the one that seals, and one that the peer
/// began and has not confirmed.
struct KeySlots: ~Copyable {
    var previous: KeySlot?
    var current: KeySlot?
    var next: KeySlot?

    init() {}

    subscript(name: KeySlot.Name) -> KeySlot? {
        @inline(__always)
        _read {
            switch name {
            case .previous: yield previous
            case .current: yield current
            case .next: yield next
            }
        }
        @inline(__always)
        _modify {
            switch name {
            case .previous: yield &previous
            case .current: yield &current
            case .next: yield &next
            }
        }
    }

    /// The slot whose keys answer to `index`.
    @inline(__always)
    func name(of index: SessionIndex) -> KeySlot.Name? {
        if current.read({ $0.localIndex }) == index { return .current }
        if next.read({ $0.localIndex }) == index { return .next }
        if previous.read({ $0.localIndex }) == index { return .previous }
        return nil
    }

    /// The slot that a handshake may continue under `tag`: the newest that the peer can have confirmed.
    func name(continuing tag: ResumeTag) -> KeySlot.Name? {
        if current.read({ $0.tag }) == tag { return .current }
        if next.read({ $0.tag }) == tag { return .next }
        return isCurrentOnTrial && previous.read({ $0.tag }) == tag ? .previous : nil
    }

    /// Whether the current handshake is ours and the peer has not been heard under it: it may not even have it.
    var isCurrentOnTrial: Bool { current.read { $0.isOurs && !$0.isHeard } ?? false }

    /// When the first of the keys is refused.
    var expiry: Instant? {
        var oldest: Instant?
        for name in KeySlot.Name.allCases {
            guard let born = self[name].read({ $0.born }) else { continue }
            oldest = min(oldest ?? born, born)
        }
        return oldest.map { $0 + Timing.rejectAfter }
    }

    /// Wipes the keys of a slot; what continues the chain stays. Gives back the index.
    mutating func wipeTraffic(of name: KeySlot.Name) -> SessionIndex? {
        let index = self[name].read { $0.localIndex }
        self[name]?.traffic = nil
        return index
    }

    /// The handshake that we began is finished: it seals from now on. Gives back what has no place any more.
    mutating func install(_ slot: consuming KeySlot) -> KeySlot? {
        let dropped = previous.take()
        previous = current.take()
        current = consume slot
        return dropped
    }

    /// The handshake that the peer began is answered, and opens only until it is confirmed.
    mutating func offer(_ slot: consuming KeySlot) -> KeySlot? {
        let dropped = next.take()
        next = consume slot
        return dropped
    }

    /// The peer has confirmed `next`: it seals from now on. A handshake of ours that was still on trial gives way: the
    /// peer chose the other. Gives back what has no place any more.
    mutating func promote() -> KeySlot? {
        let wasOnTrial = isCurrentOnTrial
        let dropped: KeySlot?
        if wasOnTrial {
            dropped = current.take()
        } else {
            dropped = previous.take()
            previous = current.take()
        }
        current = next.take()
        current?.isHeard = true
        return dropped
    }
}
