internal import Basics
internal import MediaFiles
internal import Synchronization

/// The sending half of a session on the media thread: reads sources when their samples are due, mixes, encodes, and
/// puts frames into the ring.
///
/// A frame of a file is read at the due time of its first sample and sent at once: it is there already. A frame of a
/// pipe is sent when it is whole, but not before it is due.
struct Transmitter: ~Copyable {
    private let ring: FrameRing<OutgoingFrame>
    private let gauges: TransmissionGauges
    private let report: (AudioEvent) -> Void
    private var encoder: OpusEncoder
    private var lanes: [SourceLane] = []
    private var frame = [Float](repeating: 0, count: frameSampleCount)
    private var isMuted = false
    /// When the next frame's first sample is due; nil while no source runs.
    private var due: Instant?
    /// The media time of that frame.
    private var mediaTime: UInt32 = 0
    private var start: Instant?
    /// Whether the frame that is due had to be waited for.
    private var isLate = false
    /// Frames since one was waited for; nil when none ever was: the source is not live, however it comes.
    private var framesSinceWait: Int?
    /// Whether the encoder still holds the end of the last source.
    private var isFlushing = false
    private var marker = true

    private static let frameSampleCount = OpusEncoder.frameSampleCount
    private static let frameDuration = Duration.milliseconds(20)
    /// How long a frame of a pipe may be late before silence goes out in its place.
    private static let patience = Duration.milliseconds(40)
    /// A thread that was stopped longer than this does not send all it missed at once.
    private static let longestLag = Duration.milliseconds(100)
    /// `VideoTransmitter` catches up with as much by leaving out pictures, and beyond that goes on where it was.
    private static let longestCatchUp = Duration.seconds(1)
    /// How much sooner than 20 ms the frame behind a late one is due: so one delay does not stay for ever.
    private static let recovery = Duration.milliseconds(1)
    /// A live source whose frames have not once been late for so many frames runs faster than we do, and what it is
    /// ahead waits in its pipe: then we hurry by 0.2 %.
    private static let framesBeforeHurry = 500
    private static let hurriedDuration = Duration.microseconds(19_960)

    init(
        bitrate: Bitrate, ring: FrameRing<OutgoingFrame>, gauges: TransmissionGauges,
        report: @escaping (AudioEvent) -> Void
    ) {
        encoder = OpusEncoder(bitrate: bitrate)
        self.ring = ring
        self.gauges = gauges
        self.report = report
    }

    mutating func start(at now: Instant) { start = now }

    mutating func add(_ lane: SourceLane) { lanes.append(lane) }

    mutating func remove(source id: Int) { lanes.removeAll { $0.id == id } }

    mutating func setExpectedLoss(percent: Int) { encoder.setExpectedLoss(percent: percent) }

    /// From the next frame on silence is sent, and nothing of what was said before is left in it.
    mutating func setMuted(_ isMuted: Bool) {
        if isMuted, !self.isMuted { encoder.reset() }
        self.isMuted = isMuted
    }

    /// Sends what is due. Returns when to be called again; nil: when a descriptor of `forEachAwaitedDescriptor` is.
    mutating func run(at now: Instant) -> Instant? {
        guard start != nil else { return nil }
        prepare { $0.isLive }
        if due == nil { begin(at: now) }
        while let due, due <= now {
            prepare { _ in true }
            if isWaiting, now < due + Self.patience {
                isLate = true
                return due + Self.patience
            }
            send(at: now, due: due)
        }
        return due
    }

    /// When the next frame goes, while every 20 ms one does: no source is live.
    var steadyDue: Instant? { framesSinceWait == nil && !lanes.contains(where: \.isLive) ? due : nil }

    /// The descriptors to poll: those of pipes whose next frame is not there.
    func forEachAwaitedDescriptor(_ body: (Int32) -> Void) {
        guard start != nil else { return }
        for lane in lanes where !lane.isReady {
            if let descriptor = lane.pollDescriptor { body(descriptor) }
        }
    }

    private var isWaiting: Bool { lanes.contains { $0.state == .running && !$0.isReady } }

    /// Lets the chosen lanes read, and says goodbye to those that have nothing left.
    private mutating func prepare(_ isChosen: (SourceLane) -> Bool) {
        for lane in lanes where isChosen(lane) { lane.prepare() }
        while let index = lanes.firstIndex(where: \.isFinished) {
            let lane = lanes.remove(at: index)
            guard case .ended(let error) = lane.state else { preconditionFailure("finished means ended") }
            report(.sourceEnded(source: lane.id, error: error))
        }
    }

    private mutating func begin(at now: Instant) {
        guard let start, lanes.contains(where: { !$0.isLive || $0.state != .awaited }) else { return }
        due = now
        marker = true
        mediaTime = Self.mediaTime(from: start, to: now)
        report(.sendingStarted)
    }

    private mutating func send(at now: Instant, due: Instant) {
        guard fill() else {
            self.due = nil
            return report(.sendingStopped)
        }
        encode(due: due)
        mediaTime &+= UInt32(Self.frameSampleCount)
        self.due = next(after: due, at: now)
        skipLag(at: now)
    }

    /// When the frame behind the one that was due at `due` is. A live source sets the pace: we follow its delays, and
    /// hurry a little when there are none.
    private mutating func next(after due: Instant, at now: Instant) -> Instant {
        if isLate {
            (isLate, framesSinceWait) = (false, 0)
            return max(due + Self.frameDuration, now + Self.frameDuration - Self.recovery)
        }
        guard let count = framesSinceWait else { return due + Self.frameDuration }
        framesSinceWait = count + 1
        return due + (count < Self.framesBeforeHurry ? Self.frameDuration : Self.hurriedDuration)
    }

    /// Mixes the next frame. False when there is none: the end of the last source is out.
    private mutating func fill() -> Bool {
        for index in frame.indices { frame[index] = 0 }
        if lanes.isEmpty {
            // One more frame: what the encoder looked ahead at is not out yet.
            defer { isFlushing = false }
            return isFlushing
        }
        isFlushing = true
        let lanes = lanes
        var span = frame.mutableSpan
        for lane in lanes { lane.mix(into: &span) }
        for index in frame.indices { frame[index] = isMuted ? 0 : max(-1, min(1, frame[index])) }
        return true
    }

    private mutating func encode(due: Instant) {
        let header = OutgoingFrame(mediaTime: mediaTime, marker: marker, due: due)
        let isSent = ring.push(header) { packet in encoder.encode(frame.span, into: &packet) }
        marker = !isSent
        gauges.encoded(isSent: isSent, byteCount: encoder.packetByteCount, level: AudioLevel.level(of: frame.span))
    }

    /// A thread that could not run goes on from now; timestamps show the gap, as time has passed for the listener too.
    private mutating func skipLag(at now: Instant) {
        guard let due, now - due > Self.longestLag else { return }
        let missed = (now - due).nanoseconds / Self.frameDuration.nanoseconds
        self.due = due + Self.frameDuration * missed
        mediaTime &+= UInt32(truncatingIfNeeded: missed * Int64(Self.frameSampleCount))
        marker = true
        guard now - due <= Self.longestCatchUp else { return }
        for lane in lanes { lane.skip(frames: Int(missed)) }
    }

    private static func mediaTime(from start: Instant, to now: Instant) -> UInt32 {
        UInt32(truncatingIfNeeded: (now - start).nanoseconds / 1_000 * 48 / 1_000)
    }
}
