internal import Basics
internal import Platform
internal import RTP

/// All that the thread that sends pictures shares with the network thread.
final class VideoSenderChannel: Sendable {
    /// A quarter of a second at 30 frames a second. A frame of a call has a hundredth of a slot.
    static let slotCount = 8, slotByteCount = 1 << 20
    private static let filler = VP8Picture(
        isKeyFrame: false, layer: TemporalLayer(index: 0, isSync: false), baseIndex: 0, size: VideoTransmitter.smallest)

    let outgoing = FrameRing<OutgoingPicture>(
        capacity: slotCount, slotByteCount: slotByteCount,
        filler: OutgoingPicture(picture: VideoSenderChannel.filler, mediaTime: 0, due: .zero))
    let transmission = Locked(VideoTransmission())
    let mail: Mailbox<VideoSenderCommand, VideoSendingEvent>

    init(wake: @escaping @Sendable () -> Void) throws(SystemError) { mail = try Mailbox(wake: wake) }
}
