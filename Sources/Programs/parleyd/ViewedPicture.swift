import Basics
import CodecDriver
import MediaFiles
import NodeEngine
import Playout
import RTP

/// The picture of one participant: what comes of it, and what becomes of that.
///
/// A class so that the receiver is changed where it lies, packet by packet.
final class ViewedPicture {
    let participant: VideoParticipant
    private(set) var receiver: VideoReceiver
    private var packetsReceived = 0

    init(_ participant: VideoParticipant) {
        self.participant = participant
        receiver = VideoReceiver(participant)
    }

    /// A packet came. What is none changes nothing.
    func receive(_ media: ReceivedMedia, _ payload: RawSpan, at arrival: Instant) {
        packetsReceived += 1
        _ = try? receiver.receive(
            sequence: media.sequence, timestamp: media.timestamp, isMarked: media.isMarked, payload: payload,
            isRepair: media.kind == .repairedPicture, at: arrival)
    }

    /// Their source runs, or pauses.
    func setSending(_ isSending: Bool) { receiver.playout.setSending(isSending) }

    func setRoundTrip(_ roundTrip: Duration) { receiver.setRoundTrip(roundTrip) }

    /// Which moments of their sound and picture were one.
    func note(sound: SenderReport?, picture: SenderReport?) {
        if let sound { receiver.playout.sync.reported(sound: LipSync.Report(sound)) }
        if let picture { receiver.playout.sync.reported(picture: LipSync.Report(picture)) }
    }

    /// Does what is due, together with the sound of the same participant.
    func run(with sound: AudioParticipant, at now: Instant) -> VideoReceiver.Wish {
        if let heard = sound.heardSound {
            receiver.playout.sync.heard(timestamp: heard.timestamp, waited: heard.waited, at: heard.at)
        }
        let wish = receiver.run(at: now)
        sound.setLeastDelay(receiver.playout.soundWait)
        return wish
    }

    /// Adds what was counted to `report`.
    func add(to report: inout VideoReport) {
        let frames = receiver.playout.statistics, packets = receiver.repairs
        report.framesReceived +=
            frames.shownFrames + frames.droppedFrames + frames.undecodableFrames + frames.failedFrames
        report.framesShown += frames.shownFrames
        report.keyFrameRequests += frames.keyFrameRequests
        report.freezes += frames.freezes
        report.freezeTime += frames.freezeTime
        report.packetsReceived += packetsReceived
        report.packetsLost += packets.missing - packets.reordered
        report.packetsRepaired += packets.repaired
        report.packetsGivenUp += packets.givenUp
        report.delay = receiver.playout.delay
        report.lag = receiver.playout.lag
        let written = participant.statistics
        report.unwritten += written.unwritten + written.unheard
        guard let size = written.size else { return }
        (report.width, report.height) = (size.width, size.height)
    }
}

extension LipSync.Report {
    fileprivate init(_ report: SenderReport) {
        self.init(senderTime: report.ntpTime.rawValue, timestamp: report.timestamp)
    }
}
