internal import Basics
internal import Crypto

/// The three handshakes that a session may hold at a time: the one before, the one that seals, and one that the peer
/// began and has not confirmed.
struct KeySlots: ~Copyable {
    var previous: KeySlot?
    var current: KeySlot?
    var next: KeySlot?

    init() {}

    /// For what happens seldom: reaching a slot by its name allocates.
    subscript(name: KeySlot.Name) -> KeySlot? {
        _read {
            switch name {
            case .previous: yield previous
            case .current: yield current
            case .next: yield next
            }
        }
        _modify {
            switch name {
            case .previous: yield &previous
            case .current: yield &current
            case .next: yield &next
            }
        }
    }

    // MARK: Packets

    /// Opens a packet in place by the keys that its index names; says whether it is the first under them.
    @inline(__always)
    mutating func open(
        _ packet: inout MutableRawSpan, _ header: TransportHeader, at now: Instant
    ) throws(DropReason) -> (name: KeySlot.Name, epoch: UInt32, isFirst: Bool) {
        guard let name = name(of: header.receiver) else { throw .unknownIndex }
        let opening =
            switch name {
            case .previous: try previous?.open(&packet, counter: header.counter, at: now)
            case .current: try current?.open(&packet, counter: header.counter, at: now)
            case .next: try next?.open(&packet, counter: header.counter, at: now)
            }
        guard let opening else { throw .unknownIndex }
        return (name, opening.epoch, opening.isFirst)
    }

    /// Seals a packet in place: under `current`, and what paths need under `next` if there is nothing else yet.
    @inline(__always)
    mutating func seal(
        _ plaintextByteCount: Int, in slot: inout MutableRawSpan, _ payload: PayloadType, at now: Instant,
        using random: inout SeededRandom
    ) throws(SealError) -> PacketNumber {
        if let number = current?.seal(plaintextByteCount, in: &slot, at: now, using: &random) { return number }
        guard next.read({ $0.isValid(at: now) }) == true else { throw .noKey }
        guard payload == .path else { throw .unconfirmed }
        guard let number = next?.seal(plaintextByteCount, in: &slot, at: now, using: &random) else { throw .noKey }
        return number
    }

    @inline(__always)
    private func name(of index: SessionIndex) -> KeySlot.Name? {
        if current.read({ $0.localIndex }) == index { return .current }
        if next.read({ $0.localIndex }) == index { return .next }
        if previous.read({ $0.localIndex }) == index { return .previous }
        return nil
    }

    // MARK: Chains

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
        let oldest = Instant.distantFuture.orEarlier(previous.read { $0.born })
            .orEarlier(current.read { $0.born }).orEarlier(next.read { $0.born })
        return oldest == .distantFuture ? nil : oldest + Timing.rejectAfter
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

    /// Whether `current` is on trial and `next` ties on before it: when the peer confirms that, it has not taken up ours.
    var isCurrentRivalled: Bool {
        guard isCurrentOnTrial, let epoch = current.read({ $0.epoch }) else { return false }
        return next.read { $0.epoch <= epoch } ?? false
    }

    /// Takes out the key before a rival of ours that is a rival too: we may have begun twice without being heard.
    mutating func takePreviousRival() -> KeySlot? {
        guard isCurrentRivalled, let epoch = previous.read({ $0.epoch }), next.read({ $0.epoch <= epoch }) ?? false
        else { return nil }
        return previous.take()
    }

    /// The peer has confirmed `next`: it seals from now on, in place of a rival of ours. Gives back what has no place any
    /// more.
    mutating func promote() -> KeySlot? {
        let isVoided = isCurrentRivalled
        let dropped: KeySlot?
        if isVoided {
            dropped = current.take()
        } else {
            dropped = previous.take()
            previous = current.take()
        }
        current = next.take()
        return dropped
    }
}
