internal import Basics
internal import MediaFiles

/// The receiving half of a session on the media thread: every 20 ms it takes as much sound of each participant, mixes
/// it, and writes it to the sinks.
struct Listener: ~Copyable {
    private var lanes: [ReceptionLane] = []
    private var sinks: [SinkLane] = []
    /// The next moment at which 20 ms are written; nil until somebody is to be heard. From then on ticks never end.
    private var nextTick: Instant?
    private var isStarted = false
    private var mix = [Float](repeating: 0, count: tickSampleCount)
    private var voice = [Float](repeating: 0, count: tickSampleCount)
    private var output = [Int16](repeating: 0, count: tickSampleCount)
    private let report: (AudioEvent) -> Void

    private static let tickSampleCount = AudioSink.longestWrite
    private static let tickDuration = Duration.milliseconds(20)

    init(report: @escaping (AudioEvent) -> Void) { self.report = report }

    mutating func start() { isStarted = true }

    mutating func add(_ lane: ReceptionLane) { lanes.append(lane) }

    mutating func remove(participant id: Int) {
        for lane in lanes where lane.participant.id == id { finish(lane.sinks) }
        lanes.removeAll { $0.participant.id == id }
    }

    mutating func add(_ sink: SinkLane) {
        sinks.append(sink)
        for lane in lanes where lane.hasBeenHeard { openSink(of: lane, in: sink) }
    }

    func finish() {
        for lane in lanes { finish(lane.sinks) }
        finish(sinks)
    }

    /// Takes what arrived and plays what is due. Returns when to be called again; nil: when the bell rings.
    /// `step`: one of the moments, 20 ms apart, at which the thread is awake anyway.
    mutating func run(at now: Instant, inStepWith step: Instant?) -> Instant? {
        guard isStarted else { return nil }
        receive()
        if nextTick == nil, let start = lanes.compactMap(\.startsAt).min() {
            nextTick = Self.moment(near: start, inStepWith: step)
        }
        while let tick = nextTick, tick <= now {
            let latest = lanes.reduce(tick) { max($0, tick + $1.patience(at: tick)) }
            if now < latest { return latest }
            play(at: tick)
            nextTick = tick + Self.tickDuration
        }
        return nextTick
    }

    /// The moment nearest to `start` that is in step. A wake costs about a sixth of a frame's coding.
    private static func moment(near start: Instant, inStepWith step: Instant?) -> Instant {
        guard let step else { return start }
        let period = tickDuration.nanoseconds
        let ahead = ((step - start).nanoseconds % period + period) % period
        return start + .nanoseconds(ahead < period / 2 ? ahead : ahead - period)
    }

    private mutating func receive() {
        for lane in lanes where lane.receive() {
            for sink in sinks { openSink(of: lane, in: sink) }
            report(.mediaStarted(participant: lane.participant.id))
        }
    }

    private mutating func play(at tick: Instant) {
        for index in mix.indices { mix[index] = 0 }
        for lane in lanes where lane.hasBeenHeard {
            for index in voice.indices { voice[index] = 0 }
            var span = voice.mutableSpan
            lane.play(at: tick, into: &span)
            lane.publish(level: AudioLevel.level(of: voice.span), before: tick + Self.tickDuration)
            if !lane.sinks.isEmpty { write(voice, to: lane.sinks) }
            for index in mix.indices { mix[index] += voice[index] }
        }
        limit()
        write(mix, to: sinks)
    }

    /// Several voices may add up to more than fits: what is above is bent, not cut. One voice is left as it is.
    private mutating func limit() {
        guard lanes.count > 1 else { return }
        for index in mix.indices {
            let magnitude = abs(mix[index])
            guard magnitude > 0.8 else { continue }
            let bent = 1 - 0.04 / (magnitude - 0.6)  // goes on smoothly at 0.8, comes close to 1
            mix[index] = mix[index] < 0 ? -bent : bent
        }
    }

    private mutating func write(_ samples: [Float], to sinks: [SinkLane]) {
        guard !sinks.isEmpty else { return }
        for index in output.indices { output[index] = Self.integer(samples[index]) }
        for sink in sinks where !sink.sink.isPerParticipant {
            if let reason = sink.write(output.span) { report(.sinkFailed(sink: sink.id, reason: reason)) }
        }
    }

    /// The nearest integer. Without a call of the library, which on a plain x86-64 does it bit by bit.
    private static func integer(_ sample: Float) -> Int16 {
        let scaled = max(-32_768, min(32_767, sample * 32_768))
        return Int16(scaled + (scaled < 0 ? -0.5 : 0.5))
    }

    /// In a `dir:` sink each participant has a file of its own.
    private func openSink(of lane: ReceptionLane, in folder: SinkLane) {
        guard folder.sink.isPerParticipant else { return }
        do throws(MediaFileError) {
            lane.sinks.append(SinkLane(id: folder.id, try folder.sink.participantSink(named: lane.fileName)))
        } catch { report(.sinkFailed(sink: folder.id, reason: error.reason)) }
    }

    private func finish(_ sinks: [SinkLane]) {
        for sink in sinks {
            if let reason = sink.finish() { report(.sinkFailed(sink: sink.id, reason: reason)) }
        }
    }
}
