internal import Basics

/// What the network thread asks of the media thread.
enum SessionCommand {
    case start(at: Instant)
    case stop
    case mute(Bool)
    case expectLoss(percent: Int)
    case addSource(SourceLane)
    case removeSource(Int)
    case addSink(SinkLane)
    case addParticipant(ReceptionLane)
    case removeParticipant(Int)
}
