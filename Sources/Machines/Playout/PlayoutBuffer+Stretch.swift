import Basics

extension PlayoutBuffer {
    /// Frames between two stretches of ordinary haste: 60 ms, so that speech keeps its rhythm (NetEQ waits 50 ms).
    private static var restBetweenStretches: Int { 3 }
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
        let least = mendingSamples + jitterSamples * 3 / 4
        let isUrgent = excess > 5 * limits.tick || slack < least - limits.tick / 2
        guard isUrgent || framesSinceStretch >= Self.restBetweenStretches else { return .none }
        if slack < least { return .lengthen(boldly: isUrgent) }
        if excess >= limits.tick, isFollowed(packet) {
            return .shorten(atMost: Self.longestPeriod, boldly: isUrgent)
        }
        let spare = (buffered + packet.sampleCount) % limits.tick
        if excess >= 0, spare >= TimeStretcher.shortestPeriod {
            return .shorten(atMost: min(spare, Self.longestPeriod), boldly: false)
        }
        return .none
    }

    private func isFollowed(_ packet: PlayoutPacket) -> Bool {
        slots[Self.index(of: packet.sequence.next)] != nil
    }
}
