internal import Basics
internal import Calling
internal import Mesh
internal import RTP

/// The picture that we send in one call: encoded once, with what each participant gets of it.
///
/// A class so that it is changed where it lies, packet by packet; the node alone holds it, on one thread.
final class OutgoingVideo {
    /// The SSRC of its packets.
    let ssrc: UInt32
    /// The pieces of the newest frames.
    var pieces = VideoPieceStore()
    /// When our encoder is asked for a key frame.
    var keyFrames = KeyFrameRequests()
    /// The newest frame on the source's clock, and when it was due.
    private(set) var newest: MediaMoment?
    private(set) var viewers: [Viewer] = []

    /// What was sent to those who have left.
    private var departed = (packets: 0, repairs: 0)
    private let repairSSRC: UInt32
    private let firstTimestamp: UInt32

    /// A participant who gets the picture.
    struct Viewer {
        let peer: PeerID
        var feed: VideoFeed
        /// Whether it has asked for a key frame in this second, and which layers it gets.
        var hasAsked = false
        var layers = LayerChoice()
        /// Packets handed to the session, those that were sent again not counted.
        var packetCount = 0
    }

    /// A picture of the streams `ssrc` and `repairSSRC`, of which nothing was sent yet.
    init(ssrc: UInt32, repairSSRC: UInt32, using random: inout some RandomNumberGenerator) {
        self.ssrc = ssrc
        self.repairSSRC = repairSSRC
        firstTimestamp = random.next()
    }

    /// Where `peer` stands among the viewers; who is none yet becomes one.
    func index(of peer: PeerID, using random: inout some RandomNumberGenerator) -> Int {
        if let index = viewers.firstIndex(where: { $0.peer == peer }) { return index }
        let feed = VideoFeed(ssrc: ssrc, repairSSRC: repairSSRC, firstTimestamp: firstTimestamp, using: &random)
        viewers.append(Viewer(peer: peer, feed: feed))
        return viewers.count - 1
    }

    /// `peer` has left.
    func remove(_ peer: PeerID) {
        guard let index = index(of: peer) else { return }
        let viewer = viewers.remove(at: index)
        departed.packets += viewer.packetCount
        departed.repairs += viewer.feed.store.statistics.sentAgain
    }

    /// Packets sent to all, and those that were sent again.
    var sent: (packets: Int, repairs: Int) {
        viewers.reduce(departed) {
            ($0.packets + $1.packetCount, $0.repairs + $1.feed.store.statistics.sentAgain)
        }
    }

    /// Where `peer` stands among the viewers; nil when it is none.
    func index(of peer: PeerID) -> Int? { viewers.firstIndex { $0.peer == peer } }

    /// Changes the viewer at `index` where it lies.
    func update<R>(_ index: Int, _ change: (inout Viewer, borrowing VideoPieceStore) -> R) -> R {
        change(&viewers[index], pieces)
    }

    /// The next frame is cut; its pieces' numbers.
    func append(_ frame: RawSpan, _ descriptor: VP8Descriptor, mediaTime: UInt32, due: Instant) -> Range<Int> {
        newest = MediaMoment(mediaTime: mediaTime, at: due)
        return pieces.append(frame, descriptor, mediaTime: mediaTime)
    }

    /// What a sender report to `peer` says now; nil before the first frame.
    func report(to peer: PeerID, at now: Instant, _ wall: WallTime) -> SenderReport? {
        guard let newest, let index = index(of: peer) else { return nil }
        return viewers[index].feed.report(
            mediaTime: newest.mediaTime(at: now, clockRate: VP8Payload.clockRate), at: wall)
    }
}

/// One moment on the clock of a source and on ours.
struct MediaMoment {
    /// On the source's clock, from its start; it wraps.
    var mediaTime: UInt32
    /// On ours.
    var at: Instant

    /// What the source's clock, of `clockRate` units a second, shows at `now`.
    func mediaTime(at now: Instant, clockRate: Int) -> UInt32 {
        let units = (now - at).nanoseconds / 1_000 * Int64(clockRate) / 1_000_000
        return mediaTime &+ UInt32(truncatingIfNeeded: units)
    }
}
