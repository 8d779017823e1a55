internal import Basics
internal import MediaFiles

/// What the network thread asks of the thread that sends pictures.
enum VideoSenderCommand {
    case start(at: Instant)
    case stop
    case source(PictureLane?)
    case keyFrame
    case bitrate(Bitrate)
    case limit(FrameSize?)
    case mute(Bool)
}
