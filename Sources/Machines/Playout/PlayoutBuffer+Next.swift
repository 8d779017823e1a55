public import Basics

extension PlayoutBuffer {
    /// What to play next at the tick of `now`, when `buffered` decoded samples (fewer than a tick) wait already.
    ///
    /// `now` is the moment that the tick was planned for. Take the samples, then ask again until a tick's worth is there.
    public mutating func next(at now: Instant, buffered: Int) -> PlayoutDecision {
        precondition(buffered >= 0 && buffered < limits.tick)
        if case .filling = phase, !isTooEarly(at: now) { start() }
        guard phase == .playing, let expected = nextSequence else { return rest(limits.tick - buffered) }
        discardOverdue(at: now)
        if let slot = filledSlot(expected) { return play(slot, at: now, buffered: buffered) }
        guard let ahead = firstSlotAhead(of: expected) else { return bridge(limits.tick - buffered) }
        return skip(to: ahead, at: now, buffered: buffered)
    }

    /// While the first packet waits: its slot, to be decoded ahead of its tick. Nil when none waits, or it was taken.
    public mutating func takeFirst() -> Int? {
        guard case .filling = phase, let expected = nextSequence, let index = filledSlot(expected),
            let slot = slots[index]
        else { return nil }
        nextPosition = slot.position
        take(slot, index: index)
        return index
    }

    /// The caller changed a decoded frame's length by `sampleCount`, as it was asked to: less than 0 when shortened.
    public mutating func stretched(by sampleCount: Int) {
        guard sampleCount != 0 else { return }
        framesSinceStretch = 0
        statistics.shortenedSamples += max(0, -sampleCount)
        statistics.lengthenedSamples += max(0, sampleCount)
    }

    /// The source rests, or has not begun.
    private mutating func rest(_ sampleCount: Int) -> PlayoutDecision {
        switch phase {
        case .filling(_, let counts): if counts { count(sampleCount) }
        case .resting, .playing: if statistics.decoded > 0 { count(sampleCount) }
        }
        return .silence(sampleCount: sampleCount)
    }

    private mutating func start() {
        phase = .playing
        (concealed, counted) = (0, 0)
        guard let expected = nextSequence, filledSlot(expected) == nil else { return }
        // After a rest: what was missing before it is not waited for.
        guard let first = firstSlotAhead(of: expected), let slot = slots[first] else { return }
        (nextSequence, nextPosition) = (slot.packet.sequence, slot.position)
    }

    private mutating func play(_ index: Int, at now: Instant, buffered: Int) -> PlayoutDecision {
        guard let slot = slots[index] else { preconditionFailure("the slot is filled") }
        let gap = slot.position - nextPosition
        // Numbers follow each other but time does not: the source said nothing in between.
        if gap > concealed, concealed < limits.restartAfter {
            let sampleCount = min(gap - concealed, limits.tick - buffered)
            concealed += sampleCount
            return .silence(sampleCount: sampleCount)
        }
        nextPosition = slot.position
        let stretch = chooseStretch(slot.packet, at: now, buffered: buffered)
        take(slot, index: index)
        return .decode(slot: index, stretch: stretch)
    }

    private mutating func take(_ slot: Slot, index: Int) {
        slots[index] = nil
        waitingCount -= 1
        nextSequence = slot.packet.sequence.next
        nextPosition = slot.position + slot.packet.sampleCount
        (concealed, counted) = (0, 0)
        framesSinceStretch += 1
        statistics.decoded += 1
        losses.add(isLost: false)
    }

    /// The next frame is missing and a later one is here.
    private mutating func skip(to index: Int, at now: Instant, buffered: Int) -> PlayoutDecision {
        guard let slot = slots[index], let expected = nextSequence else { preconditionFailure("the slot is filled") }
        let missing = slot.packet.sequence.distance(from: expected)
        let gap = slot.position - nextPosition - concealed
        let mendable = slot.packet.carriesPrevious ? slot.packet.sampleCount : 0
        if gap > 0, gap == mendable { return mend(from: index, slot, missing: missing) }
        // It may only be out of order: its time is not over before the gap is.
        if gap > 0 { return bridge(min(limits.tick - buffered, gap > mendable ? gap - mendable : gap)) }
        pass(to: slot, missing: missing)
        return play(index, at: now, buffered: buffered)
    }

    /// The frame before the one in `slot` is lost, and that one holds a copy.
    private mutating func mend(from index: Int, _ slot: Slot, missing: Int) -> PlayoutDecision {
        pass(to: slot, missing: missing - 1)
        statistics.recovered += 1
        (concealed, counted) = (0, 0)
        return .recover(slot: index, sampleCount: slot.packet.sampleCount)
    }

    /// Gives up what is missing before `slot`. A burst weighs as one loss: no more of it could be mended.
    private mutating func pass(to slot: Slot, missing: Int) {
        losses.add(isLost: true)
        statistics.lost += missing
        (nextSequence, nextPosition) = (slot.packet.sequence, slot.position)
    }

    /// Fills time for which there is nothing.
    private mutating func bridge(_ missing: Int) -> PlayoutDecision {
        guard isSending || waitingCount > 0 else {
            phase = .resting
            delays.rebase()
            return .silence(sampleCount: missing)
        }
        let before = concealed
        // The decoder's guesses come in steps of 2.5 ms.
        let sampleCount = (missing + 119) / 120 * 120
        concealed += sampleCount
        count(sampleCount)
        if before < limits.fadeAfter { return .conceal(sampleCount: sampleCount) }
        if before < limits.fadeAfter + limits.tick { return .fadeOut(sampleCount: sampleCount) }
        if before >= limits.restartAfter, waitingCount == 0 {
            phase = .resting
            delays.rebase()
        }
        return .silence(sampleCount: sampleCount)
    }

    private mutating func count(_ sampleCount: Int) {
        guard isSending else { return }
        counted += sampleCount
        statistics.concealedSamples += sampleCount
    }

    /// Throws away what would be heard much too late, down to the target.
    private mutating func discardOverdue(at now: Instant) {
        guard let fastest = delays.fastest, waitingCount > 1 else { return }
        let time = PlayoutClock.samples(at: now)
        guard let expected = nextSequence, let oldest = filledSlot(expected) ?? firstSlotAhead(of: expected),
            let first = slots[oldest], time - first.position - fastest > limits.maximumDelay
        else { return }
        var index = oldest
        while let slot = slots[index], waitingCount > 1, time - slot.position - fastest > targetSamples {
            slots[index] = nil
            waitingCount -= 1
            statistics.discarded += 1
            guard let next = firstSlotAhead(of: slot.packet.sequence) else { return }
            index = next
        }
        guard let slot = slots[index] else { return }
        (nextSequence, nextPosition) = (slot.packet.sequence, slot.position)
    }

    private func filledSlot(_ sequence: SequenceNumber) -> Int? {
        let index = Self.index(of: sequence)
        return slots[index] == nil ? nil : index
    }

    private func firstSlotAhead(of sequence: SequenceNumber) -> Int? {
        for step in 1..<Self.capacity {
            if let index = filledSlot(sequence.advanced(by: step)) { return index }
        }
        return nil
    }
}
