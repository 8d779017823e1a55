internal import Basics
internal import MediaFiles
internal import RTP

/// The sending half of a call's picture: takes pictures when they are due, makes them smaller if asked, encodes them, and
/// puts them into the ring.
///
/// A picture is late when the next one is due as well. It is dropped before it costs anything: sound goes on meanwhile.
struct VideoTransmitter: ~Copyable {
    private let ring: FrameRing<OutgoingPicture>
    private let report: (VideoSendingEvent) -> Void
    private(set) var transmission = VideoTransmission()
    private var encoder: VP8Encoder
    private var lane: PictureLane?
    private var limit: FrameSize?
    private var isMuted = false
    private var isSending = false
    private var undecodableCount = 0
    private let picture = VideoFrame(smallest), scaled = VideoFrame(smallest)
    private var start: Instant?
    /// When the source's time 0 was or will be due.
    private var base: Instant?
    /// How much later that is than it was at first, since frames of a pipe came late.
    private var lag: Duration = .zero

    static let smallest: FrameSize = {
        guard let size = FrameSize(width: 16, height: 16) else { preconditionFailure("16x16 is a size") }
        return size
    }()
    /// A thread or machine that was stopped longer than this goes on where it was; less is caught up with by dropping.
    private static let longestLag: Duration = .seconds(1)

    init(bitrate: Bitrate, ring: FrameRing<OutgoingPicture>, report: @escaping (VideoSendingEvent) -> Void) {
        encoder = VP8Encoder(Self.smallest, bitrate: bitrate)
        self.ring = ring
        self.report = report
    }

    mutating func start(at now: Instant) { start = now }

    /// The source from now on; the one before has ended.
    mutating func setSource(_ lane: PictureLane?) {
        if let before = self.lane { report(.sourceEnded(source: before.id, error: nil)) }
        self.lane = lane
        (base, lag, isSending, undecodableCount) = (nil, .zero, false, 0)
        encoder.requestKeyFrame()
    }

    mutating func requestKeyFrame() { encoder.requestKeyFrame() }

    mutating func setBitrate(_ bitrate: Bitrate) { encoder.setBitrate(bitrate) }

    /// No picture is sent that is wider or higher; nil: as they come.
    mutating func setLimit(_ limit: FrameSize?) { self.limit = limit }

    /// Nothing is sent; the source runs on unseen. The first frame afterwards is a key frame.
    mutating func setMuted(_ isMuted: Bool) {
        self.isMuted = isMuted
        encoder.requestKeyFrame()
    }

    /// Does what is due, and encodes one picture at most. Returns when to be called again, which is `now` after a picture;
    /// nil: when `awaitedDescriptor` is ready.
    mutating func run(at now: Instant) -> Instant? {
        guard let start, let lane else { return nil }
        while true {
            lane.prepare()
            switch lane.state {
            case .awaited: return nil
            case .ended(let error):
                self.lane = nil
                report(.sourceEnded(source: lane.id, error: error))
                return nil
            case .ready(let time):
                let due = due(of: time, lane, at: now)
                guard due <= now else { return due }
                if lane.isLive { recover(lane) }
                if send(lane, due: due, since: start, at: now) { return now }
            }
        }
    }

    /// The descriptor to poll for what is awaited.
    var awaitedDescriptor: Int32? {
        guard start != nil, let lane, lane.state == .awaited else { return nil }
        return lane.pollDescriptor
    }

    private mutating func due(of time: Duration, _ lane: PictureLane, at now: Instant) -> Instant {
        let base = base ?? now - time
        let due = base + time
        guard lane.isLive else {
            self.base = now - due > Self.longestLag ? now - time : base
            return now - due > Self.longestLag ? now : due
        }
        // It sets the pace: what comes late was not to be had sooner.
        guard now < due else {
            lag = min(Self.longestLag, lag + (now - due))
            self.base = now - time
            return now
        }
        self.base = base
        return due
    }

    /// A picture of a pipe was there before it was due: those behind it are due a little sooner, until what late ones have
    /// cost is made good. So one delay does not stay for ever, and a pipe that is filled at once is not read faster for that.
    private mutating func recover(_ lane: PictureLane) {
        let step = min(lag, lane.frameDuration / 4)
        lag -= step
        base = base.map { $0 - step }
    }

    /// Takes the picture that is due. True when it was encoded.
    private mutating func send(_ lane: PictureLane, due: Instant, since start: Instant, at now: Instant) -> Bool {
        let isLate = !lane.isLive && now >= due + lane.frameDuration
        let hasPicture = lane.take(into: picture)
        transmission.undecodableFrames += lane.undecodableCount - undecodableCount
        undecodableCount = lane.undecodableCount
        guard hasPicture else { return false }
        if !isSending { report(.sendingStarted) }
        isSending = true
        guard !isMuted else { return false }
        guard !isLate else {
            transmission.lateFrames += 1
            return false
        }
        guard !ring.isFull else {
            transmission.refusedFrames += 1
            return false
        }
        encode(due: due, since: start)
        return true
    }

    private mutating func encode(due: Instant, since start: Instant) {
        let frame = fitted()
        let mediaTime = UInt32(
            truncatingIfNeeded: (due - start).nanoseconds / 1_000 * Int64(VP8Payload.clockRate) / 1_000_000)
        var isSent = false, sent: (picture: VP8Picture, byteCount: Int)?
        let ring = ring
        _ = encoder.encode(frame, at: due - start) { picture, bytes in
            guard bytes.byteCount <= ring.slotByteCount else { return }
            let header = OutgoingPicture(picture: picture, mediaTime: mediaTime, due: due)
            isSent = ring.push(header) { slot in
                slot.write(bytes, at: 0)
                return bytes.byteCount
            }
            sent = (picture, bytes.byteCount)
        }
        guard isSent, let sent else {
            // Whoever gets the next frame lacks this one.
            encoder.requestKeyFrame()
            return transmission.refusedFrames += 1
        }
        transmission.frames += 1
        transmission.keyFrames += sent.picture.isKeyFrame ? 1 : 0
        transmission.payloadBytes += sent.byteCount
        transmission.size = sent.picture.size
    }

    /// The picture, not larger than was asked for.
    private func fitted() -> VideoFrame {
        guard let limit, let size = picture.size.fitted(into: limit) else { return picture }
        scaled.reshape(to: size)
        scaled.scale(picture)
        return scaled
    }
}
