import Basics

extension PlayoutBuffer {
    /// Frames between two stretches of ordinary haste: 60 ms, so that speech keeps its rhythm (NetEQ waits 50 ms).
    private static var restBetweenStretches: Int { 3 }
    /// How much less than `leastDelay` is not noticed: 5 ms.
    private static var tolerance: Int { PlayoutClock.samples(milliseconds: 5) }
    /// The longest pitch period that is taken out or put in.
    private static var longestPeriod: Int { TimeStretcher.longestPeriod }

    /// Whether the frame about to be decoded should become shorter or longer.
    ///
    /// What must not fall below the target is the slack: how long before the tick the fastest packet is here. Decoded
    /// samples in front of it (`buffered`) are heard as delay and protect nothing, as a packet is decoded when the tick
    /// begins. Samples taken out therefore first use up `buffered`, and beyond it cost a whole frame of slack.
    func chooseStretch(_ packet: PlayoutPacket, at now: Instant, buffered: Int) -> PlayoutDecision.Stretch {
        let slack = slack(at: now)
        let excess = slack - targetSamples
        if slack < mendingSamples + max(jitterSamples * 3 / 4, leastSamples - Self.tolerance) { return lengthen(slack) }
        let haste = shortening(excess)
        guard haste == .bold || framesSinceStretch >= Self.restBetweenStretches else { return .none }
        if excess >= limits.tick, isFollowed(packet) { return .shorten(atMost: Self.longestPeriod, haste) }
        let spare = (buffered + packet.sampleCount) % limits.tick
        if excess >= 0, spare >= TimeStretcher.shortestPeriod {
            return .shorten(atMost: min(spare, Self.longestPeriod), haste)
        }
        return .none
    }

    /// The less slack is left, the sooner a frame comes too late.
    private func lengthen(_ slack: Int) -> PlayoutDecision.Stretch {
        let left = slack - mendingSamples
        if left < jitterSamples / 4 { return .lengthen(.bold) }
        guard framesSinceStretch >= Self.restBetweenStretches else { return .none }
        let isFar = left < max(jitterSamples / 2, leastSamples - 2 * limits.tick)
        return .lengthen(isFar ? .unheard : .inPauses)
    }

    /// A delay that is a little too long may wait for a pause; one that disturbs the conversation may not.
    private func shortening(_ excess: Int) -> PlayoutDecision.Haste {
        if excess > 5 * limits.tick { return .bold }
        return excess > 3 * limits.tick ? .unheard : .inPauses
    }

    private func isFollowed(_ packet: PlayoutPacket) -> Bool {
        slots[Self.index(of: packet.sequence.next)] != nil
    }
}
