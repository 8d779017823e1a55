internal import Basics
internal import MediaFiles
internal import Playout
internal import RTP
internal import Synchronization

/// One participant on the media thread: packets in, 20 ms of sound at each tick out.
final class ReceptionLane {
    let participant: AudioParticipant
    /// Its own sinks, of `dir:` sinks.
    var sinks: [SinkLane] = []
    /// The name of its files in `dir:` sinks.
    let fileName: String
    private(set) var hasBeenHeard = false

    /// How long a tick waits for a frame that is late. Files and pipes have no clock of their own: a late write is better
    /// than a gap, and when the frame is lost, the one behind it, which comes meanwhile, may mend it.
    static let patience = Duration.milliseconds(15)

    private var buffer = PlayoutBuffer(limits: limits)
    private var decoder = OpusDecoder()
    private var stretcher = TimeStretcher()
    private var packets = PacketStore(slotCount: PlayoutBuffer.capacity)
    private var queue = SampleQueue(capacity: capacity)
    private var ssrc: UInt32?
    private var sendingWord = 1
    /// Whether what the listener heard last was faded to silence: then sound fades in again.
    private var isFaded = false

    private static let tick = OpusEncoder.frameSampleCount
    /// A tick's rest, the longest packet, and a period put in.
    private static let capacity = tick + OpusDecoder.maximumSampleCount + TimeStretcher.longestPeriod
    private static var limits: PlayoutLimits {
        var limits = PlayoutLimits()
        limits.patience = PlayoutClock.samples(at: .zero + patience)
        return limits
    }

    /// 2.5 ms.
    private static let fadeInSampleCount = 120

    init(_ participant: AudioParticipant, fileName: String) {
        self.participant = participant
        self.fileName = fileName
    }

    /// When the first packet is to be heard; nil when none waits.
    var startsAt: Instant? { buffer.startsAt }

    /// Takes the packets that arrived since the last call. True when this made the first sound.
    func receive() -> Bool {
        if let isSending = participant.isSending(since: &sendingWord) { buffer.setSending(isSending) }
        while participant.ring.pop({ frame, payload in insert(frame, payload) }) {}
        guard !hasBeenHeard, let slot = buffer.takeFirst() else { return false }
        // Decoded at once, heard when it is time: nothing is left to do then, and what cannot be decoded shows.
        decode(slot, .none)
        hasBeenHeard = true
        return true
    }

    /// How long the tick of `now` should wait for a frame that is late. The next packet then rings the bell.
    func patience(at now: Instant) -> Duration {
        guard missing(at: now) > .zero else { return .zero }
        participant.isAwaited.store(true, ordering: .sequentiallyConsistent)
        _ = receive()  // what came before the store rang no bell
        return missing(at: now)
    }

    private func missing(at now: Instant) -> Duration {
        hasBeenHeard && queue.count < Self.tick ? buffer.patience(at: now) : .zero
    }

    /// Adds the 20 ms of the tick at `now` to `frame`.
    func play(at now: Instant, into frame: inout MutableSpan<Float>) {
        // The first packet is decoded ahead of its time.
        guard queue.count < Self.tick || !buffer.isTooEarly(at: now) else { return }
        buffer.leastDelay = participant.wantedDelay
        let timestamp = buffer.heardTimestamp(buffered: queue.count)
        while queue.count < Self.tick { perform(buffer.next(at: now, buffered: queue.count)) }
        _ = queue.mix(into: &frame)
        if let timestamp {
            participant.note(
                HeardSound(timestamp: timestamp, waited: buffer.delay(at: now, buffered: queue.count), at: now))
        }
        participant.isAwaited.store(buffer.isResting, ordering: .releasing)
    }

    /// Publishes counts; `level` is that of the tick that was played, `next` the next one.
    func publish(level: Int, before next: Instant) {
        participant.gauges.update(
            buffer.statistics, delay: buffer.delay(at: next, buffered: queue.count), target: buffer.target, level: level
        )
    }

    private func insert(_ frame: IncomingFrame, _ payload: RawSpan) {
        guard let sampleCount = OpusPayload.sampleCount(of: payload) else { return participant.gauges.countMalformed() }
        if frame.ssrc != ssrc {
            if ssrc != nil { buffer.restart() }
            ssrc = frame.ssrc
        }
        let packet = PlayoutPacket(
            sequence: frame.sequence, timestamp: frame.timestamp, sampleCount: sampleCount,
            carriesPrevious: OpusPayload.carriesPreviousFrame(payload), arrival: frame.arrival)
        switch buffer.insert(packet) {
        case .keep(let slot): packets.store(payload, in: slot)
        case .drop: break
        }
    }

    private func perform(_ decision: PlayoutDecision) {
        switch decision {
        case .decode(let slot, let stretch): decode(slot, stretch)
        case .recover(let slot, let sampleCount): recover(slot, sampleCount)
        case .conceal(let sampleCount): conceal(sampleCount, isFading: false)
        case .fadeOut(let sampleCount): conceal(sampleCount, isFading: true)
        case .silence(let sampleCount): silence(sampleCount)
        }
    }

    private func decode(_ slot: Int, _ stretch: PlayoutDecision.Stretch) {
        queue.append(atMost: OpusDecoder.maximumSampleCount + TimeStretcher.longestPeriod) { samples in
            let expected = packets.withPacket(in: slot) { OpusPayload.sampleCount(of: $0) } ?? Self.tick
            guard let count = packets.withPacket(in: slot, { decoder.decode($0, into: &samples) }) else {
                participant.gauges.countMalformed()
                return decoder.conceal(into: &samples, sampleCount: expected)
            }
            fadeIn(&samples)
            let changed = change(&samples, count: count, stretch)
            buffer.stretched(by: changed - count)
            return changed
        }
    }

    private func change(
        _ samples: inout MutableSpan<Float>, count: Int, _ stretch: PlayoutDecision.Stretch
    ) -> Int {
        switch stretch {
        case .none: count
        case .shorten(let limit, let haste): stretcher.shorten(&samples, count: count, atMost: limit, haste)
        case .lengthen(let haste): stretcher.lengthen(&samples, count: count, haste)
        }
    }

    private func recover(_ slot: Int, _ sampleCount: Int) {
        queue.append(atMost: OpusDecoder.maximumSampleCount) { samples in
            let count = packets.withPacket(in: slot) {
                decoder.recover(from: $0, into: &samples, sampleCount: sampleCount)
            }
            fadeIn(&samples)
            return count ?? decoder.conceal(into: &samples, sampleCount: sampleCount)
        }
    }

    private func conceal(_ sampleCount: Int, isFading: Bool) {
        queue.append(atMost: sampleCount) { samples in
            let count = decoder.conceal(into: &samples, sampleCount: sampleCount)
            guard isFading else { return count }
            for index in 0..<count { samples[index] *= Float(count - index) / Float(count) }
            isFaded = true
            return count
        }
    }

    private func silence(_ sampleCount: Int) {
        queue.append(atMost: sampleCount) { samples in
            for index in 0..<sampleCount { samples[index] = 0 }
            return sampleCount
        }
    }

    private func fadeIn(_ samples: inout MutableSpan<Float>) {
        guard isFaded else { return }
        isFaded = false
        for index in 0..<min(Self.fadeInSampleCount, samples.count) {
            samples[index] *= Float(index) / Float(Self.fadeInSampleCount)
        }
    }
}
