import Basics
import RTP
import TestSupport

@testable import Playout

/// A sender of a picture, perhaps with sound, a path with loss and delay, and a receiver, all of the real machines, in
/// virtual time. What is decoded is checked against what each frame truly refers to.
struct VideoWorld {
    enum Event {
        case capture(Int)
        case packet(VideoPacket, frame: Int, isRetransmission: Bool)
        case missing([NACKEntry])
        case pictureLoss
        case sound(Int)
        case tick
        case report(sound: LipSync.Report, picture: LipSync.Report)
    }

    struct Shown {
        let frame: Int
        let at: Instant
    }

    // The sender.
    var random: SplitMix
    var stream = VideoStream()
    var requests = KeyFrameRequests()
    var filter = TemporalLayerFilter(firstPictureID: PictureID(32_760))
    var sender = RTPSender(
        ssrc: 1, firstSequence: SequenceNumber(rawValue: 65_400), firstTimestamp: .max - 1_000_000,
        payloadType: VP8Payload.payloadType)
    var store = RetransmissionStore()
    /// The sender's clocks run faster by so many parts in a million, its sound card's by so many more.
    var drift = 0.0, soundDrift = 0.0
    var hasSound = false, hasReports = false
    var encodeTime: Duration = .milliseconds(3)
    /// What the reports of the sound say too much, in seconds.
    var lie = 0.0
    /// The frames before which another receiver asks for a key frame.
    var asksForKeyFrame: Set<Int> = []
    private var sent: [(packet: VideoPacket, frame: Int)] = []
    private(set) var frames: [VideoStream.Frame] = []

    // The path, one way.
    var delay: Duration = .milliseconds(50)
    var jitter: (inout SplitMix) -> Duration = { _ in .zero }
    /// Whether the path loses a packet of a frame: the frame's number, and whether it is sent again.
    var loses: (VideoStream.Frame, Bool, inout SplitMix) -> Bool = { _, _, _ in false }
    var copies = 1

    // The receiver.
    var playout = VideoPlayout()
    var repair = LossRepair()
    var repairs = true
    var decodeTime: Duration = .milliseconds(4)
    var soundBuffer = PlayoutBuffer()
    private var contents: [(frame: Int, sequence: SequenceNumber)?] = Array(
        repeating: nil, count: VideoPlayout.slotCount)
    private var pictures: [Int?] = Array(repeating: nil, count: VideoPlayout.pictureCapacity)
    private var decoderHas: Set<Int> = []
    private var soundContents: [Int?] = Array(repeating: nil, count: PlayoutBuffer.capacity)
    private var buffered = 0
    private var nextTick: Instant?

    private(set) var now: Instant = .zero
    /// When the next run begins; `now` may be later, since decoding takes time.
    private var clock: Instant = .zero
    private(set) var captured: [Int: Instant] = [:]
    private(set) var readyAfter: [Int: Duration] = [:]
    private(set) var shown: [Shown] = []
    private(set) var faults: [String] = []
    private(set) var askedForKeyFrames: [Instant] = []
    /// At each shown picture: how much later it was shown than the sound of its moment was heard.
    private(set) var errors: [(at: Instant, error: Duration)] = []
    private var heard: (at: Instant, captured: Instant)?
    private var events: [(time: Instant, order: Int, event: Event)] = []
    private var order = 0

    static let interval: Duration = .microseconds(33_333)

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    // MARK: Running

    /// Captures `count` frames, and lets what is under way arrive.
    mutating func run(_ count: Int, tail: Duration = .seconds(1)) {
        for clock in [\VideoWorld.playout.roundTrip, \.repair.roundTrip, \.store.roundTrip] {
            self[keyPath: clock] = delay * 2
        }
        let start = clock, first = frames.count
        for number in first..<(first + count) { put(.capture(number), at: start + span(number - first)) }
        let end = start + span(count)
        if hasSound { putSound(from: start, to: end) }
        drain(until: end + tail)
        clock = end + tail
    }

    /// True time in which the sender's clock counts `frames`.
    private func span(_ frames: Int) -> Duration {
        .nanoseconds(Int64(Double(frames) * 33_333_333 / (1 + drift / 1e6)))
    }

    private mutating func putSound(from start: Instant, to end: Instant) {
        let rate = (1 + drift / 1e6) * (1 + soundDrift / 1e6)
        var number = soundCount
        while true {
            let leaves = Instant.zero + .nanoseconds(Int64(Double(number + 1) * 20_000_000 / rate))
            guard leaves < end else { break }
            if leaves >= start { put(.sound(number), at: leaves + delay + jitter(&random)) }
            number += 1
        }
        soundCount = number
        guard hasReports else { return }
        var at = start + .milliseconds(100)
        while at < end {
            put(.report(sound: soundReport(at: at), picture: pictureReport(at: at)), at: at + delay)
            at += .seconds(1)
        }
    }

    private var soundCount = 0

    private func senderTime(at time: Instant, lie: Double = 0) -> UInt64 {
        // Full milliseconds, as `NTPTime` has them.
        let milliseconds = (Double(time.nanoseconds) * (1 + drift / 1e6) / 1e6 + lie * 1e3).rounded(.down)
        return UInt64(bitPattern: Int64(milliseconds / 1e3 * 4_294_967_296)) &+ 3_900_000_000 << 32
    }

    private func soundReport(at time: Instant) -> LipSync.Report {
        let rate = (1 + drift / 1e6) * (1 + soundDrift / 1e6)
        let samples = Int64(Double(time.nanoseconds) * rate * 48_000 / 1e9)
        return LipSync.Report(
            senderTime: senderTime(at: time, lie: lie), timestamp: UInt32(truncatingIfNeeded: samples) &+ 4_294_000_000)
    }

    private func pictureReport(at time: Instant) -> LipSync.Report {
        let units = Int64(Double(time.nanoseconds) * (1 + drift / 1e6) * 90_000 / 1e9)
        return LipSync.Report(
            senderTime: senderTime(at: time),
            timestamp: sender.report(mediaTime: UInt32(truncatingIfNeeded: units), at: WallTime(milliseconds: 0))
                .timestamp)
    }

    private mutating func put(_ event: Event, at time: Instant) {
        order += 1
        events.append((time, order, event))
        var index = events.count - 1  // sorted, latest first
        while index > 0, events[index - 1].time <= time {
            events.swapAt(index, index - 1)
            index -= 1
        }
    }

    private mutating func drain(until end: Instant) {
        while true {
            let deadline = settle() ?? .distantFuture
            let next = min(deadline, events.last?.time ?? .distantFuture)
            guard next <= end else { break }
            now = max(now, next)
            while let event = events.last, event.time <= now {
                events.removeLast()
                handle(event.event, at: event.time)
            }
            playout.timeout(at: now)
            repair.timeout(at: now)
        }
        now = max(now, end)
    }

    private mutating func handle(_ event: Event, at time: Instant) {
        switch event {
        case .capture(let number): capture(number, at: time)
        case .packet(let packet, let frame, let isRetransmission): arrive(packet, frame, isRetransmission, at: time)
        case .missing(let entries): answer(entries, at: time)
        case .pictureLoss: requests.requested(at: time, roundTrip: delay * 2)
        case .sound(let number): arrive(sound: number, at: time)
        case .tick: tick(at: time)
        case .report(let sound, let picture):
            playout.sync.reported(sound: sound)
            playout.sync.reported(picture: picture)
        }
    }

    // MARK: The sender

    private mutating func capture(_ number: Int, at time: Instant) {
        captured[number] = time
        if asksForKeyFrame.contains(number) { requests.requested(at: time, roundTrip: .zero) }
        let frame = stream.next(isKeyFrame: requests.takeKeyFrame(at: time))
        frames.append(frame)
        guard let descriptor = filter.admit(frame.descriptor, isKeyFrame: frame.isKeyFrame) else { return }
        let kind = VideoPacket.Kind(
            isKeyFrame: frame.isKeyFrame, isNonReference: descriptor.isNonReference,
            layer: VideoLayer(
                index: descriptor.layer!.index, base: descriptor.baseIndex!, isSync: descriptor.layer!.isSync))
        let units = UInt32(truncatingIfNeeded: Int64(Double(time.nanoseconds) * (1 + drift / 1e6) * 90_000 / 1e9))
        for index in 0..<frame.packetCount {
            let header = sender.nextHeader(
                mediaTime: units, marker: index == frame.packetCount - 1, payloadByteCount: 1_000)
            let packet = VideoPacket(
                sequence: header.sequence, timestamp: header.timestamp, arrival: .zero, byteCount: 1_000,
                isFirst: index == 0, isLast: header.marker, kind: kind)
            let leaves = time + encodeTime + .microseconds(300 * index)
            store.sent(
                header.sequence, packet: sent.count, pictureID: descriptor.pictureID!, byteCount: 1_000, at: leaves)
            sent.append((packet, number))
            for _ in 0..<copies { send(packet, number, isRetransmission: false, at: leaves) }
        }
    }

    private mutating func send(_ packet: VideoPacket, _ number: Int, isRetransmission: Bool, at time: Instant) {
        guard !loses(frames[number], isRetransmission, &random) else { return }
        put(.packet(packet, frame: number, isRetransmission: isRetransmission), at: time + delay + jitter(&random))
    }

    private mutating func answer(_ entries: [NACKEntry], at time: Instant) {
        for entry in entries {
            for sequence in entry.sequences {
                guard let index = store.requested(sequence, oldest: 0, at: time)?.packet else { continue }
                send(sent[index].packet, sent[index].frame, isRetransmission: true, at: time)
            }
        }
    }

    // MARK: The receiver

    private mutating func arrive(_ packet: VideoPacket, _ frame: Int, _ isRetransmission: Bool, at time: Instant) {
        var packet = packet
        packet.arrival = time
        repair.received(packet.sequence, isRetransmission: isRetransmission, at: now)
        if playout.passed == nil, !(packet.isFirst && packet.kind.isKeyFrame) {
            repair.suspect(before: packet.sequence, at: now)
        }
        guard case .keep(let slot) = playout.insert(packet, at: now) else { return }
        contents[slot] = (frame, packet.sequence)
    }

    private mutating func settle() -> Instant? {
        let video = settleVideo(), loss = settleRepair()
        return [video, loss].compactMap(\.self).min()
    }

    private mutating func settleVideo() -> Instant? {
        while true {
            switch playout.poll() {
            case .decode(let frame, let picture): decode(frame, into: picture)
            case .show(let picture): show(picture)
            case .drop(let picture): pictures[picture] = nil
            case .requestKeyFrame:
                askedForKeyFrames.append(now)
                put(.pictureLoss, at: now + delay)
            case .wait(let until):
                if let until, until <= now { faults.append("waits for what is past") }
                return until
            }
        }
    }

    private mutating func settleRepair() -> Instant? {
        if let passed = playout.passed { repair.passed(passed) }
        while true {
            switch repair.poll() {
            case .ask(let entries): if repairs { put(.missing(entries), at: now + delay) }
            case .gaveUp(let through): playout.gaveUp(through: through, at: now)
            case .wait(let until): return until
            }
        }
    }

    private mutating func decode(_ frame: VideoFrame, into picture: Int) {
        var numbers: Set<Int> = []
        for index in 0..<frame.packetCount {
            let sequence = frame.first.advanced(by: index)
            guard let content = contents[VideoPlayout.slot(of: sequence)], content.sequence == sequence else {
                faults.append("slot of \(sequence) holds another packet")
                continue
            }
            numbers.insert(content.frame)
        }
        guard numbers.count == 1, let number = numbers.first, frames[number].packetCount == frame.packetCount else {
            return faults.append("\(frame) is made of \(numbers)")
        }
        if frames[number].isKeyFrame { decoderHas = [] }
        if !frames[number].references.allSatisfy(decoderHas.contains) {
            faults.append("frame \(number) refers to \(frames[number].references)")
        }
        decoderHas.insert(number)
        if pictures[picture] != nil { faults.append("picture \(picture) is in use") }
        pictures[picture] = number
        now += decodeTime
        readyAfter[number] = now - captured[number]!
        playout.decoded(at: now)
    }

    private mutating func show(_ picture: Int) {
        guard let number = pictures[picture] else { return faults.append("no picture in \(picture)") }
        pictures[picture] = nil
        if let last = shown.last, last.frame >= number { faults.append("\(number) after \(last.frame)") }
        shown.append(Shown(frame: number, at: now))
        guard let heard, let captured = captured[number] else { return }
        errors.append((now, heard.captured + (now - heard.at) - captured))
    }

    // MARK: Sound

    private mutating func arrive(sound number: Int, at time: Instant) {
        let packet = PlayoutPacket(
            sequence: SequenceNumber(rawValue: UInt16(truncatingIfNeeded: number)),
            timestamp: UInt32(truncatingIfNeeded: number * 960) &+ 4_294_000_000, sampleCount: 960,
            carriesPrevious: false, arrival: time)
        if case .keep(let slot) = soundBuffer.insert(packet) { soundContents[slot] = number }
        if nextTick == nil, let starts = soundBuffer.startsAt {
            nextTick = starts
            put(.tick, at: starts)
        }
    }

    private mutating func tick(at time: Instant) {
        soundBuffer.leastDelay = playout.soundWait
        if let timestamp = soundBuffer.heardTimestamp(buffered: buffered) {
            playout.sync.heard(
                timestamp: timestamp, waited: soundBuffer.delay(at: time, buffered: buffered), at: time)
        }
        while buffered < 960 { perform(soundBuffer.next(at: time, buffered: buffered), at: time) }
        buffered -= 960
        put(.tick, at: time + .milliseconds(20))
    }

    private mutating func perform(_ decision: PlayoutDecision, at time: Instant) {
        switch decision {
        case .decode(let slot, let stretch):
            if let number = soundContents[slot] {
                let rate = (1 + drift / 1e6) * (1 + soundDrift / 1e6)
                heard = (
                    time + PlayoutClock.duration(samples: buffered),
                    .zero + .nanoseconds(Int64(Double(number) * 20_000_000 / rate))
                )
            }
            let change =
                switch stretch {
                case .none: 0
                case .shorten(let limit, _): -min(limit, 240)
                case .lengthen: 240
                }
            soundBuffer.stretched(by: change)
            buffered += 960 + change
        case .recover(_, let count), .conceal(let count), .fadeOut(let count), .silence(let count): buffered += count
        }
    }

    // MARK: Judging

    /// The `share`-quantile of the magnitudes of the errors between sound and picture after `start`, in milliseconds.
    func error(_ share: Double, after start: Duration) -> Double {
        let sorted = errors.filter { $0.at >= .zero + start }.map { abs($0.error.milliseconds) }.sorted()
        guard !sorted.isEmpty else { return .infinity }
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }

    /// The longest time in milliseconds between capture and show of pictures shown after `start`.
    func slowest(after start: Duration) -> Double {
        let late = shown.filter { $0.at >= .zero + start }
        return late.map { ($0.at - (captured[$0.frame] ?? .zero)).milliseconds }.max() ?? 0
    }

    /// The longest time without a new picture between the first and the last.
    var longestGap: Duration {
        zip(shown, shown.dropFirst()).map { $1.at - $0.at }.max() ?? .zero
    }
}
