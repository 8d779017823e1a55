import Basics

/// Puts the packets of one source together to frames, and says which frame the decoder can take next.
///
/// It sees numbers, times and lengths, never bytes, which the caller keeps in `capacity` slots. Nothing is allocated after
/// `init`, and nothing grows: packets too far ahead push out the oldest.
struct VideoBuffer: Sendable {
    /// Slots for packets; a power of two. With 1,280 bytes each 655 KB, or 2 s at 2.4 Mbit/s.
    static let capacity = 512

    /// The next frame, seen from what is here.
    enum Next: Equatable, Sendable {
        /// The decoder can take it, and nothing before it is missing that may still come.
        case ready(Candidate)
        /// The decoder can take it if what is missing before it is given up.
        case ahead(Candidate)
        /// Something is missing without which nothing that is here can be decoded.
        case blocked
        /// Nothing is here, or a frame that is still coming.
        case nothing
    }

    /// A frame that the decoder can take, and what is known when it has it.
    struct Candidate: Equatable, Sendable {
        var frame: VideoFrame
        var references: VideoReferences
        /// Complete frames that are passed over.
        var skippedCount: Int
    }

    private(set) var references = VideoReferences()
    private(set) var statistics = VideoBufferStatistics()
    /// The first packet of the next frame; nil before any packet.
    private(set) var head: SequenceNumber?

    private var slots: [VideoPacket?] = Array(repeating: nil, count: capacity)
    private var newest = SequenceNumber(rawValue: 0)
    private var suspect: SequenceNumber?
    /// Whether a frame was taken, or passed over.
    private(set) var hasBegun = false

    /// RFC 3550 A.1: a step back beyond this, or ahead beyond the other, is believed only from the second packet.
    private static let maximumMisorder = 1_000
    private static let maximumDropout = 3_000

    static func index(of sequence: SequenceNumber) -> Int { Int(sequence.rawValue) & (capacity - 1) }

    // MARK: Packets

    /// The slot for the packet's bytes; nil when it is to be forgotten.
    mutating func insert(_ packet: VideoPacket) -> Int? {
        statistics.received += 1
        guard let head else { return begin(with: packet) }
        let step = packet.sequence.distance(from: head)
        guard step > -Self.maximumMisorder, step < Self.maximumDropout else { return doubt(packet) }
        suspect = nil
        if step < 0, !reachBack(to: packet.sequence) { return drop(\.late) }
        if step >= Self.capacity { slide(to: packet.sequence.advanced(by: 1 - Self.capacity)) }
        return keep(packet)
    }

    private mutating func keep(_ packet: VideoPacket) -> Int? {
        let index = Self.index(of: packet.sequence)
        guard slots[index] == nil else { return drop(\.duplicate) }
        slots[index] = packet
        if packet.sequence.isNewer(than: newest) { newest = packet.sequence }
        return index
    }

    private mutating func begin(with packet: VideoPacket) -> Int? {
        (head, newest) = (packet.sequence, packet.sequence)
        return keep(packet)
    }

    /// Before the first frame is taken, nothing is too late.
    private mutating func reachBack(to sequence: SequenceNumber) -> Bool {
        guard !hasBegun, newest.distance(from: sequence) < Self.capacity else { return false }
        head = sequence
        return true
    }

    private mutating func doubt(_ packet: VideoPacket) -> Int? {
        guard packet.sequence == suspect else {
            suspect = packet.sequence.next
            return drop(\.discarded)
        }
        suspect = nil
        for index in slots.indices where slots[index] != nil {
            slots[index] = nil
            statistics.discarded += 1
        }
        references.lostEverything()
        hasBegun = false
        return begin(with: packet)
    }

    private mutating func drop(_ reason: WritableKeyPath<VideoBufferStatistics, Int>) -> Int? {
        statistics[keyPath: reason] += 1
        return nil
    }

    /// Pushes out what is before `sequence`, because there is no room.
    private mutating func slide(to sequence: SequenceNumber) {
        statistics.discarded += free(upTo: sequence)
        references.lostEverything()
    }

    /// Empties the slots from the head on, and moves it to `end`; answers how many held a packet.
    @discardableResult
    private mutating func free(upTo end: SequenceNumber) -> Int {
        guard var sequence = head else { return 0 }
        var count = 0
        hasBegun = true
        while sequence != end, !sequence.isNewer(than: newest) {
            if slots[Self.index(of: sequence)] != nil { count += 1 }
            slots[Self.index(of: sequence)] = nil
            sequence = sequence.next
        }
        head = end
        if end.isNewer(than: newest) { newest = end.advanced(by: -1) }
        return count
    }

    // MARK: Frames

    /// The next frame. Frames at the head that the decoder can never take are passed over.
    mutating func next() -> Next {
        while let head {
            switch run(at: head) {
            case .complete(let frame):
                var after = references
                guard after.accept(frame.kind) else {
                    // What it refers to may have been lost, and come again.
                    guard hasBegun else { return overHole(at: head) }
                    pass(frame)
                    continue
                }
                after.took(frame.kind)
                return .ready(Candidate(frame: frame, references: after, skippedCount: 0))
            case .malformed(let end):
                statistics.malformed += 1
                statistics.discarded += free(upTo: end)
                references.lostSomething()
            case .open: return .nothing
            case .holed: return overHole(at: head)
            }
        }
        return .nothing
    }

    /// The decoder gets the frame.
    mutating func take(_ candidate: Candidate) {
        statistics.undecodable += candidate.skippedCount
        references = candidate.references
        free(upTo: candidate.frame.end)
    }

    /// The decoder does not get the frame, which is at the head.
    mutating func pass(_ frame: VideoFrame) {
        references.skipped(frame.kind)
        statistics.undecodable += 1
        free(upTo: frame.end)
    }

    /// What is missing at the head will not come, and nothing else can be decoded: nothing before a key frame is worth
    /// waiting for.
    mutating func giveUp() {
        guard let head else { return }
        references.lostEverything()
        var sequence = head
        while slots[Self.index(of: sequence)] != nil, !sequence.isNewer(than: newest) { sequence = sequence.next }
        statistics.discarded += free(upTo: nextFirst(after: sequence) ?? newest.next)
    }

    /// The decoder could not decode what it was given.
    mutating func decoderFailed() { references.lostEverything() }

    /// The complete frame right behind `frame`, if the decoder can take it then.
    func successor(of candidate: Candidate) -> VideoFrame? {
        guard case .complete(let frame) = run(at: candidate.frame.end), candidate.references.accept(frame.kind) else {
            return nil
        }
        return frame
    }

    /// When the first packet of a key frame that is still coming arrived; nil when none is.
    var keyFrameBegan: Instant? {
        guard let head else { return nil }
        var sequence = head
        while !sequence.isNewer(than: newest) {
            if let packet = slots[Self.index(of: sequence)], packet.isFirst, packet.kind.isKeyFrame {
                return packet.arrival
            }
            sequence = sequence.next
        }
        return nil
    }

    private enum Run {
        case complete(VideoFrame)
        /// All packets up to the newest are here, but not the last of the frame.
        case open
        /// A packet is missing, and a later one is here. The first of all may be one that was overtaken.
        case holed
        /// These packets are no frame; `end` is behind them.
        case malformed(end: SequenceNumber)
    }

    /// The frame that begins at `start`.
    private func run(at start: SequenceNumber) -> Run {
        guard !start.isNewer(than: newest) else { return .open }
        guard let first = slots[Self.index(of: start)] else { return .holed }
        guard first.isFirst else { return hasBegun ? .malformed(end: start.next) : .holed }
        var frame = VideoFrame(
            first: start, packetCount: 0, byteCount: 0, timestamp: first.timestamp, arrival: first.arrival,
            kind: first.kind)
        while !frame.end.isNewer(than: newest) {
            guard let packet = slots[Self.index(of: frame.end)] else { return .holed }
            guard packet.timestamp == first.timestamp, !packet.isFirst || frame.packetCount == 0 else {
                return .malformed(end: frame.end)
            }
            frame.packetCount += 1
            frame.byteCount += packet.byteCount
            frame.arrival = max(frame.arrival, packet.arrival)
            if packet.isLast { return .complete(frame) }
        }
        return .open
    }

    /// The first frame behind a hole that the decoder could take.
    private func overHole(at head: SequenceNumber) -> Next {
        var known = references, skippedCount = 0
        known.lostSomething()
        var start = nextFirst(after: head)
        while let sequence = start {
            guard case .complete(let frame) = run(at: sequence) else {
                start = nextFirst(after: sequence)
                continue
            }
            if known.accept(frame.kind) {
                known.took(frame.kind)
                let candidate = Candidate(frame: frame, references: known, skippedCount: skippedCount)
                return references.needsKeyFrame ? .ready(candidate) : .ahead(candidate)
            }
            known.skipped(frame.kind)
            skippedCount += 1
            start = nextFirst(after: frame.end.advanced(by: -1))
        }
        return .blocked
    }

    /// The next packet after `sequence` with which a frame begins.
    private func nextFirst(after sequence: SequenceNumber) -> SequenceNumber? {
        var next = sequence.next
        while !next.isNewer(than: newest) {
            if slots[Self.index(of: next)]?.isFirst == true { return next }
            next = next.next
        }
        return nil
    }
}
