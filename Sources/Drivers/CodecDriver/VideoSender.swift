public import Basics
public import MediaFiles
public import Platform
internal import Synchronization

/// The picture of one call on its way out: a source to encoded frames, on a thread of its own that reads, scales and encodes.
///
/// Every method is called from one thread, the network thread. None of them waits, and `nextOutgoing` takes no memory.
/// Nothing is read before `start`. Call `nextEvent` and `nextOutgoing` until they have nothing more, each time `wake` was
/// called.
public final class VideoSender: Sendable {
    private let channel: VideoSenderChannel
    private let sourceCount = Atomic<Int>(0)

    /// A sender that waits for `start` and a source. `wake` is called on its thread when there are frames or events: it must
    /// be quick and may come from any thread. Throws when no descriptor is left.
    public init(bitrate: Bitrate = .kilobits(800), wake: @escaping @Sendable () -> Void) throws(SystemError) {
        channel = try VideoSenderChannel(wake: wake)
        let channel = channel
        _ = WorkerThread("parley-encode") {
            var thread = VideoSendingThread(channel, bitrate: bitrate)
            thread.run()
        }
    }

    deinit { stop() }

    /// Pictures flow from now on. Give the moment at which the sound was started, so that both count from there.
    public func start(at now: Instant = MonotonicClock.now) { channel.mail.send(.start(at: now)) }

    /// Nothing is sent any more; the event `.finished` says when the source is closed.
    public func stop() {
        guard !channel.mail.isStopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
        channel.mail.send(.stop)
    }

    /// The source from now on, in place of the one before; of what a codec made the pictures are encoded anew. Returns its
    /// name, an index. Precondition: it is not sound.
    @discardableResult
    public func setSource(_ source: MediaSource) -> Int {
        let id = sourceCount.wrappingAdd(1, ordering: .relaxed).oldValue
        channel.mail.send(.source(PictureLane(id: id, source)))
        return id
    }

    /// Ends the source.
    public func removeSource() { channel.mail.send(.source(nil)) }

    /// The next frame is a key frame. `KeyFrameRequests` says when that should be asked for.
    public func requestKeyFrame() { channel.mail.send(.keyFrame) }

    /// Aims for another rate from the next frame on; it is brought between `VP8Encoder.leastBitrate` and `highestBitrate`.
    public func setBitrate(_ bitrate: Bitrate) { channel.mail.send(.bitrate(bitrate)) }

    /// No picture is sent that is wider or higher than this: larger ones are scaled. Nil: all are sent as they come.
    public func setLimit(_ limit: FrameSize?) { channel.mail.send(.limit(limit)) }

    /// Nothing is sent, and frames that wait to be sent are dropped; the source runs on unseen. Afterwards a key frame comes.
    public func setMuted(_ isMuted: Bool) {
        channel.mail.send(.mute(isMuted))
        if isMuted { while channel.outgoing.pop({ _, _ in }) {} }
    }

    /// Lends the oldest frame that was not taken yet: it is cut into packets for every receiver whose filter admits it. False
    /// when there is none.
    public func nextOutgoing(_ body: (OutgoingPicture, RawSpan) -> Void) -> Bool {
        guard !channel.mail.isStopped.load(ordering: .acquiring) else { return false }
        return channel.outgoing.pop(body)
    }

    /// The oldest event that was not taken yet.
    public func nextEvent() -> VideoSendingEvent? { channel.mail.takeEvent() }

    /// What was sent so far.
    public var transmission: VideoTransmission { channel.transmission.withLock { $0 } }
}
