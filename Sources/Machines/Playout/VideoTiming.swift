import Basics

/// When each frame is to be shown: its place on the source's clock plus an offset that moves only slowly.
///
/// The offset that it moves to is the least that the path allows, which the delays of late frames tell, or the one with which
/// the picture fits the sound, if that is later. Nobody waits longer than `maximumDelay` for a fast frame, whatever the
/// reports of the peer say.
struct VideoTiming: Sendable {
    /// Units of the timestamp a second (RFC 7741 §4.1).
    static let clockRate = 90_000
    /// The longest that jitter and repairs are waited for.
    static let maximumJitter: Duration = .milliseconds(250)
    /// The longest that the fastest frame waits, for whatever reason: more than sound ever waits.
    static let maximumDelay: Duration = .milliseconds(600)
    /// The longest that sound should wait for the picture: beyond it, a late word is worse than lips that do not fit.
    static let maximumSoundWait: Duration = .milliseconds(200)
    /// What a busy machine's own scheduling needs.
    private static let minimumWait: Duration = .milliseconds(10)
    /// Reports that part sound and picture by more are lies or of another source.
    private static let maximumSkew: Duration = .seconds(2)
    /// A sound packet leaves when its last sample is there.
    private static let soundFrame: Duration = .milliseconds(20)
    /// How fast the offset moves: 100 ms a second, which no eye sees in the speed of a picture.
    private static let slew = 0.1
    /// A transit that differs by more is a source that has set its clock anew.
    private static let maximumTransitStep = PlayoutClock.samples(milliseconds: 4_000)

    /// What a source's clock never reaches in truth (140 days): one that lies begins anew before numbers overflow.
    private static let maximumPlace: Int64 = 1 << 40

    /// How long the sound's fastest packet should wait so that it fits a picture that cannot be shown sooner.
    private(set) var soundWait: Duration = .zero
    /// How long decoding takes of late.
    private(set) var decodeTime: Duration = .zero

    private var delays = DelayEstimator(maximum: PlayoutClock.samples(at: .zero + maximumJitter))
    private var newest: Int64?  // the newest frame's place on the source's clock, without the timestamp's wraps
    private var offset: (value: Int64, at: Instant)?

    /// A frame came whole, so that it could be decoded at `ready`.
    mutating func arrived(timestamp: UInt32, ready: Instant) {
        let samples = PlayoutClock.samples(at: ready)
        if let fastest = delays.fastest, let newest,
            newest > Self.maximumPlace || abs(transit(of: timestamp, samples) - fastest) > Self.maximumTransitStep
        {
            restart()
        }
        let place = place(of: timestamp)
        newest = max(newest ?? place, place)
        delays.arrived(transit: transit(of: timestamp, samples), at: samples)
    }

    /// Decoding took so long.
    mutating func decoded(in time: Duration) {
        decodeTime += (max(.zero, min(.milliseconds(100), time)) - decodeTime) / 8
    }

    /// When the frame is to be shown. `ready` is when it could be decoded.
    mutating func due(timestamp: UInt32, ready: Instant, _ sync: LipSync, at now: Instant) -> Instant {
        guard let fastest = delays.fastest else { return now }
        let place = Self.nanoseconds(place(of: timestamp))
        let base = PlayoutClock.duration(samples: fastest).nanoseconds
        let goal = goal(timestamp: timestamp, place: place, base: base, sync, at: now)
        let value = move(to: goal, at: now)
        let moment = Instant(nanoseconds: place &+ value)
        return max(now - Self.maximumDelay, min(moment, ready + Self.maximumDelay))
    }

    /// How far after its sound the picture is shown that is due at `due`; nil when that is not known.
    func lag(timestamp: UInt32, due: Instant, _ sync: LipSync, at now: Instant) -> Duration? {
        sync.moment(ofPicture: timestamp, at: now).map { due - Instant(nanoseconds: $0) }
    }

    /// The source begins anew: only how much delays vary stays known.
    mutating func restart() {
        delays.rebase()
        (newest, offset) = (nil, nil)
    }

    private mutating func goal(timestamp: UInt32, place: Int64, base: Int64, _ sync: LipSync, at now: Instant) -> Int64
    {
        let jitter = max(Self.minimumWait, PlayoutClock.duration(samples: delays.needed))
        let own = base &+ (jitter + decodeTime).nanoseconds
        let fitting = fitting(timestamp: timestamp, place: place, base: base, own: own, sync, at: now)
        soundWait = .zero
        if let fitting, let wait = sync.soundWait(at: now) {
            soundWait = min(Self.maximumSoundWait, max(.zero, wait + .nanoseconds(own - fitting)))
        }
        return max(own, min(fitting ?? own, base &+ Self.maximumDelay.nanoseconds))
    }

    /// The offset with which the picture fits the sound; nil when there is none, or the reports cannot be true.
    private func fitting(
        timestamp: UInt32, place: Int64, base: Int64, own: Int64, _ sync: LipSync, at now: Instant
    ) -> Int64? {
        guard let moment = sync.moment(ofPicture: timestamp, at: now) else {
            return sync.soundWait(at: now).map { base &+ ($0 + Self.soundFrame).nanoseconds }
        }
        let value = moment &- place
        return abs(Duration.nanoseconds(value &- own)) <= Self.maximumSkew ? value : nil
    }

    private mutating func move(to goal: Int64, at now: Instant) -> Int64 {
        guard let (value, at) = offset else {
            offset = (goal, now)
            return goal
        }
        let step = max(0, Int64((now - at).inSeconds * Self.slew * 1e9))
        let moved = value + max(-step, min(step, goal - value))
        offset = (moved, now)
        return moved
    }

    private func transit(of timestamp: UInt32, _ arrival: Int) -> Int { arrival - Self.samples(place(of: timestamp)) }

    private func place(of timestamp: UInt32) -> Int64 {
        guard let newest else { return Int64(timestamp) }
        return newest + Int64(Int32(bitPattern: timestamp &- UInt32(truncatingIfNeeded: newest)))
    }

    private static func samples(_ place: Int64) -> Int { Int(place) * 8 / 15 }
    private static func nanoseconds(_ place: Int64) -> Int64 { place * 100_000 / 9 }
}

private func abs(_ duration: Duration) -> Duration { max(duration, .zero - duration) }
