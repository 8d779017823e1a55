public import Basics
internal import Platform
internal import Playout
internal import Synchronization

/// One other party whose pictures are decoded, seen from the network thread.
///
/// Its methods take no memory, and no lock but for the counts. They are called from one thread. Orders are carried out in
/// their order.
public final class VideoParticipant: Sendable {
    /// The decoder's name for it, from 0.
    public let id: Int

    /// Places for decoded pictures.
    static let placeCount = VideoPlayout.pictureCapacity
    /// Every picture may wait to be shown while the next frame is decoded, and as many again.
    private static let orderCount = 16
    /// As much as the packets hold that can wait for a frame to be complete.
    private static let longestFrame = VideoPlayout.slotCount * FrameRing<PictureOrder>.slotByteCount

    let orders = FrameRing<PictureOrder>(
        capacity: orderCount, slotByteCount: longestFrame, filler: .show(place: 0))
    let sound = FrameRing<SoundStamp>(capacity: 64, filler: SoundStamp(timestamp: 0, arrival: .zero))

    /// What goes with a packet of sound.
    struct SoundStamp: Sendable {
        let timestamp: UInt32
        let arrival: Instant
    }

    /// Until the worker has said what it wants, sound is kept for it.
    let soundWish = Atomic<SoundWish>(.taken)
    let reception = Locked(VideoReception())
    private let answer = Atomic<Int>(0)
    private let unheard = Atomic<Int>(0)
    private let bell: Bell

    init(id: Int, bell: Bell) {
        self.id = id
        self.bell = bell
    }

    /// Lets a frame of `byteCount` bytes with this RTP timestamp, which was complete at `arrival`, be decoded into `place`; `fill` writes it. False
    /// when too much waits or it is too long. Otherwise `nextAnswer` says what came of it, and there is only one such frame
    /// at a time. Precondition: `place` is one of `VideoPlayout`'s.
    func decode(
        into place: Int, byteCount: Int, timestamp: UInt32, at arrival: Instant,
        _ fill: (inout MutableRawSpan) -> Void
    ) -> Bool {
        guard byteCount <= Self.longestFrame,
            orders.push(
                .decode(place: place, timestamp: timestamp, at: arrival),
                { slot in
                    fill(&slot)
                    return byteCount
                })
        else { return false }
        bell.ring()
        return true
    }

    /// Shows the picture in `place`. False when too much waits: then it is not shown.
    func show(place: Int) -> Bool {
        guard orders.push(.show(place: place), { _ in 0 }) else { return false }
        bell.ring()
        return true
    }

    /// Whether the frame was decoded; nil while that is not known. Each answer is given once.
    func nextAnswer() -> Bool? {
        switch answer.exchange(0, ordering: .acquiring) {
        case 0: nil
        case let word: word > 0
        }
    }

    /// Worker: what came of decoding.
    func give(answer isDecoded: Bool) { answer.store(isDecoded ? 1 : -1, ordering: .releasing) }

    /// A packet of the participant's sound came at `arrival`, for files that have a track for it. Hand in each from the
    /// first one on, whether pictures come or not.
    public func heard(_ packet: RawSpan, timestamp: UInt32, at arrival: Instant) {
        switch soundWish.load(ordering: .relaxed) {
        case .none: return
        case .refused: break
        case .taken:
            let isTaken =
                packet.byteCount <= sound.slotByteCount
                && sound.push(SoundStamp(timestamp: timestamp, arrival: arrival)) { slot in
                    slot.write(packet, at: 0)
                    return packet.byteCount
                }
            if isTaken { return bell.ring() }
        }
        unheard.wrappingAdd(1, ordering: .relaxed)
    }

    /// What was done so far.
    public var statistics: VideoReception {
        var reception = reception.withLock { $0 }
        reception.unheard = unheard.load(ordering: .relaxed)
        return reception
    }
}
