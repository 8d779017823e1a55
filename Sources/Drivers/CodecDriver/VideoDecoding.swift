public import Platform
internal import Synchronization

/// The pictures of one call on their way in: frames of any number of participants to sinks, on one worker thread that
/// decodes and writes.
///
/// What is decoded and shown when is decided on the network thread, by the `VideoReceiver` of each participant. Every method
/// is called from that thread, and none waits. Call `nextEvent` until it has nothing more, and each receiver's `run`, each
/// time `wake` was called.
public final class VideoDecoding: Sendable {
    private let mail: Mailbox<VideoDecoderCommand, VideoDecodingEvent>
    private let participantCount = Atomic<Int>(0), sinkCount = Atomic<Int>(0)

    /// A worker with these sinks, which are named by their index. `wake` is called on its thread when there are answers or
    /// events: it must be quick and may come from any thread. Throws when no descriptor is left.
    public init(sinks: [PictureSink] = [], wake: @escaping @Sendable () -> Void) throws(SystemError) {
        mail = try Mailbox(wake: wake)
        let mail = mail
        _ = WorkerThread("parley-decode") {
            var thread = VideoDecodingThread(mail)
            thread.run()
        }
        for sink in sinks { add(sink) }
    }

    deinit { stop() }

    /// Nothing is decoded or written any more. Files are finished; the event `.finished` says when.
    public func stop() {
        guard !mail.isStopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
        mail.send(.stop)
    }

    /// Adds a sink. Returns its name.
    @discardableResult
    public func add(_ sink: PictureSink) -> Int {
        let id = sinkCount.wrappingAdd(1, ordering: .relaxed).oldValue, mail = mail
        mail.send(.addSink(PictureSinkLane(id: id, sink) { mail.report($0) }))
        return id
    }

    /// Adds a party to be seen. `fileName` names its file in folders; it comes from a hash: letters, digits, hyphens.
    public func addParticipant(fileName: String) -> VideoParticipant {
        let id = participantCount.wrappingAdd(1, ordering: .relaxed).oldValue
        let participant = VideoParticipant(id: id, bell: mail.bell)
        mail.send(.addParticipant(DecodingLane(participant, fileName: fileName)))
        return participant
    }

    /// The party is not seen any more; its own files are finished.
    public func remove(_ participant: VideoParticipant) { mail.send(.removeParticipant(participant.id)) }

    /// The oldest event that was not taken yet.
    public func nextEvent() -> VideoDecodingEvent? { mail.takeEvent() }
}
