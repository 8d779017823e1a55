public import Basics

/// The buffer and the clock of one source's picture: says which packet to keep where, which frame to decode when, which
/// decoded picture to show when, and when only a key frame helps.
///
/// The caller keeps the bytes of packets in `slotCount` slots and decoded pictures in `pictureCapacity` others. It hands in
/// packets with `insert`, and the time with `timeout`; after each it drains `poll` until that answers `.wait`. Nothing is
/// allocated after `init`, whatever comes.
///
/// A frame is decoded as soon as all is there that it refers to, and shown when it is due: late enough for the jitter of the
/// path, and together with its sound. What is missing is waited for as long as that delays nothing, or for as long as nothing
/// else can be shown; then a key frame is asked for. Of frames that are late, only the newest is shown.
public struct VideoPlayout: Sendable {
    /// What to do.
    public enum Output: Equatable, Sendable {
        /// Decode the frame, whose packets stand in the slots of their numbers, into the picture's place, and say `decoded`
        /// or `decodingFailed`. The slots are free at the next `insert`.
        case decode(VideoFrame, picture: Int)
        /// Show the picture now, before the next `poll`: then its place is free.
        case show(picture: Int)
        /// The picture will not be shown: it is too late.
        case drop(picture: Int)
        /// Ask the sender for a key frame.
        case requestKeyFrame
        /// Nothing to do before this; nil when only a packet helps.
        case wait(until: Instant?)
    }

    /// What to do with a packet that came.
    public enum Insertion: Equatable, Sendable {
        /// Keep its bytes in the slot.
        case keep(slot: Int)
        /// Forget it; the statistics say why.
        case drop
    }

    /// Slots for packets.
    public static let slotCount = VideoBuffer.capacity
    /// Places for decoded pictures: more are decoded only when one has been shown.
    public static let pictureCapacity = 8

    /// What is known of the sound that the picture should fit.
    public var sync = LipSync()
    /// How long a request and its answer take: the caller measures it.
    public var roundTrip: Duration = .milliseconds(100)
    /// How far after its sound the last picture was shown, less than zero when before it; nil when that is not known.
    public private(set) var lag: Duration?

    /// How long the last picture waited, from the arrival of its last packet to its showing; nil before the first.
    public private(set) var delay: Duration?

    private struct Picture: Sendable {
        var place: Int
        var timestamp: UInt32
        var arrival: Instant
        var due: Instant
    }

    private var buffer = VideoBuffer()
    private var timing = VideoTiming()
    private var asking = KeyFrameAsking()
    private var freezes = FreezeCounter()
    private var counts = VideoStatistics()
    private var pictures = RingBuffer<Picture>(capacity: pictureCapacity)
    private var decoding: (frame: VideoFrame, ready: Instant, since: Instant)?
    private var now = Instant.zero
    private var hole: (head: SequenceNumber, since: Instant)?
    private var gaveUpThrough: SequenceNumber?
    private var lastReady = Instant.zero
    private var lastDue = Instant.zero
    private var lastShown: Instant?
    private var began = Instant.zero
    private var isSending = true

    /// The longest that the newest of the late frames is looked for, and none is shown.
    private static let maximumHold: Duration = .milliseconds(100)

    /// A source that begins begins with a key frame, whose first packet may be overtaken by others, or be lost and come
    /// again: a round trip and this later.
    private static let grace: Duration = .milliseconds(50)

    /// Nothing received yet.
    public init() {}

    /// The slot of the packet with this number.
    public static func slot(of sequence: SequenceNumber) -> Int { VideoBuffer.index(of: sequence) }

    /// What has happened so far.
    public var statistics: VideoStatistics {
        var statistics = counts
        statistics.packets = buffer.statistics.received
        statistics.latePackets = buffer.statistics.late
        statistics.duplicatePackets = buffer.statistics.duplicate
        statistics.discardedPackets = buffer.statistics.discarded
        statistics.malformedFrames = buffer.statistics.malformed
        statistics.undecodableFrames = buffer.statistics.undecodable
        statistics.keyFrameRequests = asking.requestCount
        statistics.freezes = freezes.count
        statistics.freezeTime = freezes.time
        return statistics
    }

    /// How long the sound's fastest packet should wait (`PlayoutBuffer.leastDelay`) so that it fits a picture that cannot be
    /// shown sooner; at most 200 ms.
    public var soundWait: Duration { timing.soundWait }

    /// Packets before this one are not needed any more (`LossRepair.passed`); nil before any frame: what begins it may
    /// still come.
    public var passed: SequenceNumber? { buffer.hasBegun ? buffer.head : nil }

    // MARK: Inputs

    /// A packet came. Packets may come in any order and more than once.
    public mutating func insert(_ packet: VideoPacket, at now: Instant) -> Insertion {
        self.now = max(self.now, now)
        if buffer.head == nil { began = self.now }
        return buffer.insert(packet).map { .keep(slot: $0) } ?? .drop
    }

    /// Time has passed. Too early is harmless.
    public mutating func timeout(at now: Instant) { self.now = max(self.now, now) }

    /// What is missing up to this packet will not come (`LossRepair.Output.gaveUp`).
    public mutating func gaveUp(through sequence: SequenceNumber, at now: Instant) {
        self.now = max(self.now, now)
        gaveUpThrough = sequence
    }

    /// The frame that was to be decoded is a picture now.
    public mutating func decoded(at now: Instant) {
        self.now = max(self.now, now)
        guard let (frame, ready, since) = decoding else { preconditionFailure("nothing was to be decoded") }
        decoding = nil
        timing.decoded(in: self.now - since)
        if frame.kind.isKeyFrame {
            counts.keyFrames += 1
            asking.answered()
        }
        let due = timing.due(timestamp: frame.timestamp, ready: ready, sync, at: self.now)
        lastDue = max(due, lastDue)
        pictures.append(Picture(place: nextPlace, timestamp: frame.timestamp, arrival: frame.arrival, due: lastDue))
        counts.decodedFrames += 1
    }

    /// The frame that was to be decoded is none.
    public mutating func decodingFailed(at now: Instant) {
        self.now = max(self.now, now)
        precondition(decoding != nil)
        decoding = nil
        counts.failedFrames += 1
        buffer.decoderFailed()
    }

    /// The other side says whether its source runs. While it rests nothing is missing: no freeze, and no key frame.
    public mutating func setSending(_ isSending: Bool) {
        self.isSending = isSending
        if !isSending { freezes.paused() }
    }

    // MARK: Outputs

    /// What to do now. Ask until it answers `.wait`.
    public mutating func poll() -> Output {
        if let output = pollPictures() { return output }
        var wake = pictures.first?.due
        if decoding == nil, !pictures.isFull, let output = pollFrames(&wake) { return output }
        if needsKeyFrame(&wake) {
            asking.asked(at: now)
            return .requestKeyFrame
        }
        return .wait(until: wake)
    }

    private mutating func pollPictures() -> Output? {
        guard let first = pictures.first, first.due <= now else { return nil }
        _ = pictures.popFirst()
        if isNewerDue() {
            counts.droppedFrames += 1
            return .drop(picture: first.place)
        }
        counts.shownFrames += 1
        freezes.shown(at: now)
        lastShown = now
        delay = now - first.arrival
        lag = timing.lag(timestamp: first.timestamp, due: now, sync, at: now)
        return .show(picture: first.place)
    }

    /// Whether a frame behind the first is due as well, decoded or not.
    private mutating func isNewerDue() -> Bool {
        if let next = pictures.first { return next.due <= now }
        guard mayHold, decoding == nil, case .ready(let candidate) = buffer.next() else { return false }
        return isDue(candidate.frame)
    }

    /// Whether looking for the newest of the late frames has not taken too long yet.
    private var mayHold: Bool { lastShown.map { now - $0 < Self.maximumHold } ?? false }

    private mutating func isDue(_ frame: VideoFrame) -> Bool {
        timing.due(timestamp: frame.timestamp, ready: frame.arrival, sync, at: now) <= now
    }

    private mutating func pollFrames(_ wake: inout Instant?) -> Output? {
        while true {
            switch buffer.next() {
            case .ready(let candidate):
                if let output = begin(candidate, ready: max(candidate.frame.arrival, lastReady)) { return output }
            case .ahead(let candidate):
                let frame = candidate.frame
                let due = timing.due(timestamp: frame.timestamp, ready: frame.arrival, sync, at: now)
                let latest = due - timing.decodeTime
                guard isHopeless(at: latest) else {
                    wake = latest.orEarlier(wake)
                    return nil
                }
                if let output = begin(candidate, ready: frame.arrival) { return output }
            case .blocked:
                let latest = holeSince() + patience
                guard isHopeless(at: latest) else {
                    wake = latest.orEarlier(wake)
                    return nil
                }
                buffer.giveUp()
            case .nothing: return nil
            }
        }
    }

    /// Gives the frame to the decoder; nil when it is passed over.
    private mutating func begin(_ candidate: VideoBuffer.Candidate, ready: Instant) -> Output? {
        let frame = candidate.frame
        lastReady = max(lastReady, ready)
        timing.arrived(timestamp: frame.timestamp, ready: ready)
        let isPassedOver = isSuperfluous(candidate)
        buffer.take(candidate)
        guard !isPassedOver else {
            counts.droppedFrames += 1
            return nil
        }
        decoding = (frame, ready, now)
        return .decode(frame, picture: nextPlace)
    }

    /// Whether the frame is late, a newer one is too, and no other needs it: then decoding it is of no use.
    private mutating func isSuperfluous(_ candidate: VideoBuffer.Candidate) -> Bool {
        guard candidate.frame.kind.isNonReference, mayHold, isDue(candidate.frame) else { return false }
        guard let successor = buffer.successor(of: candidate) else { return false }
        return isDue(successor)
    }

    private var nextPlace: Int { counts.decodedFrames % Self.pictureCapacity }

    /// Since when something is missing at the head.
    private mutating func holeSince() -> Instant {
        guard let head = buffer.head else { return now }
        if let hole, hole.head == head { return hole.since }
        hole = (head, now)
        return now
    }

    private func isHopeless(at latest: Instant) -> Bool {
        if now >= latest { return true }
        guard let gaveUpThrough, let head = buffer.head else { return false }
        return head.distance(from: gaveUpThrough) <= 0
    }

    /// How long a hole is waited for when nothing else can be shown: three requests and their answers. The third comes as
    /// soon as the key frame would that is asked for instead, and costs a twentieth.
    private var patience: Duration { min(.seconds(1), max(.milliseconds(150), roundTrip * 3 + .milliseconds(50))) }

    private func needsKeyFrame(_ wake: inout Instant?) -> Bool {
        guard isSending, buffer.head != nil, buffer.references.needsKeyFrame else { return false }
        var earliest = asking.next(roundTrip: roundTrip) ?? now
        if !buffer.hasBegun { earliest = max(earliest, began + roundTrip + Self.grace) }
        if let began = buffer.keyFrameBegan { earliest = max(earliest, began + patience) }
        guard now < earliest else { return true }
        wake = earliest.orEarlier(wake)
        return false
    }
}
