public import Basics
public import MediaFiles
public import Platform
internal import Synchronization

/// The sound of one call: sources to encoded frames, packets of any number of participants to sinks, on a thread of its
/// own that reads, encodes, decodes and writes.
///
/// Every method is called from one thread, the network thread. None of them waits; `nextOutgoing` and a participant's
/// `receive` take no memory either. Nothing is read and nothing heard before `start`. Call `nextEvent` and
/// `nextOutgoing` until they have nothing more, each time `wake` was called.
public final class AudioSession: Sendable {
    private let channel: SessionChannel
    private let counts = Locked(Counts())

    private struct Counts {
        var sources = 0, sinks = 0, participants = 0
    }

    /// A session that waits for `start`. `wake` is called on the media thread when there are frames or events: it must
    /// be quick and may come from any thread.
    ///
    /// Sources and sinks are named by their index: 0 is the first. Throws when no descriptor is left.
    public init(
        sources: [AudioSource] = [], sinks: [AudioSink] = [], bitrate: Bitrate = .kilobits(32),
        wake: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        channel = try SessionChannel(wake: wake)
        for source in sources { add(source) }
        for sink in sinks { add(sink) }
        let channel = channel
        _ = WorkerThread("parley-media") {
            var thread = SessionThread(channel, bitrate: bitrate)
            thread.run()
        }
    }

    deinit { stop() }

    /// Media flows from now on: the first frame of every source is due.
    public func start(at now: Instant = MonotonicClock.now) { channel.mail.send(.start(at: now)) }

    /// Nothing is sent, played or written any more. Files are finished; the event `.finished` says when.
    public func stop() {
        guard !channel.mail.isStopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
        channel.mail.send(.stop)
    }

    /// Sends silence in place of the sources, from the next frame on; frames that wait to be sent are dropped.
    /// The sources run on unheard.
    public func setMuted(_ isMuted: Bool) {
        channel.mail.send(.mute(isMuted))
        if isMuted { while channel.outgoing.pop({ _, _ in }) {} }
    }

    /// How many packets of a hundred the worst path loses: how much each packet should carry for the one before.
    public func setExpectedLoss(percent: Int) { channel.mail.send(.expectLoss(percent: percent)) }

    /// Adds a source, which is mixed with the others. Returns its name.
    @discardableResult
    public func add(_ source: AudioSource) -> Int {
        let id = next(\.sources)
        channel.mail.send(.addSource(SourceLane(id: id, source)))
        return id
    }

    /// Ends a source at once.
    public func remove(source id: Int) { channel.mail.send(.removeSource(id)) }

    /// Adds a sink. Returns its name.
    @discardableResult
    public func add(_ sink: AudioSink) -> Int {
        let id = next(\.sinks)
        channel.mail.send(.addSink(SinkLane(id: id, sink)))
        return id
    }

    /// Adds a party to be heard. `fileName` names its file in `dir:` sinks; it comes from a hash: letters, digits,
    /// hyphens.
    public func addParticipant(fileName: String) -> AudioParticipant {
        let participant = AudioParticipant(id: next(\.participants), bell: channel.mail.bell)
        channel.mail.send(.addParticipant(ReceptionLane(participant, fileName: fileName)))
        return participant
    }

    /// The party is not heard any more.
    public func remove(_ participant: AudioParticipant) { channel.mail.send(.removeParticipant(participant.id)) }

    /// Lends the oldest frame that was not taken yet; every participant gets the same. False when there is none.
    public func nextOutgoing(_ body: (OutgoingFrame, RawSpan) -> Void) -> Bool {
        guard !channel.mail.isStopped.load(ordering: .acquiring) else { return false }
        return channel.outgoing.pop(body)
    }

    /// The oldest event that was not taken yet.
    public func nextEvent() -> AudioEvent? { channel.mail.takeEvent() }

    /// What was sent so far.
    public var transmission: AudioTransmission { channel.transmission.snapshot }

    private func next(_ count: WritableKeyPath<Counts, Int>) -> Int {
        counts.withLock { counts in
            defer { counts[keyPath: count] += 1 }
            return counts[keyPath: count]
        }
    }
}
