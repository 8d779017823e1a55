public import Basics
public import Playout
public import RTP

/// One participant's picture on the network thread: packets in, orders for the decode worker out.
///
/// After `receive`, after each change of `playout`, when the worker has woken the network thread and when the moment that
/// `run` told has come, call `run`. Nothing is allocated after `init`.
public struct VideoReceiver: ~Copyable {
    /// What decides about frames. Hand in what is known of the sound there; all else is done here.
    public var playout = VideoPlayout()
    /// What decides about packets that are missing.
    private var repair = LossRepair()

    private let participant: VideoParticipant
    private var packets = PacketStore(slotCount: VideoPlayout.slotCount)

    /// What is to be done.
    public struct Wish: Equatable, Sendable {
        /// Whether the sender should be asked for a key frame.
        public var needsKeyFrame = false
        /// Packets that the sender should be asked for again.
        public var missing: [NACKEntry] = []
        /// When to call `run` again; nil: when something comes.
        public var wait: Instant?
    }

    /// A receiver for one stream of `participant`.
    public init(_ participant: VideoParticipant) { self.participant = participant }

    /// What was missing, and what became of it.
    public var repairs: LossRepairStatistics { repair.statistics }

    /// How long a request and its answer take.
    public mutating func setRoundTrip(_ roundTrip: Duration) {
        repair.roundTrip = roundTrip
        playout.roundTrip = roundTrip
    }

    /// A packet came; those that were sent again (`isRepair`) are handed in with the header of the original. False, and it
    /// is forgotten, when it is longer than any datagram. Throws when it is none.
    @discardableResult
    public mutating func receive(
        sequence: SequenceNumber, timestamp: UInt32, isMarked: Bool, payload: RawSpan, isRepair: Bool = false,
        at now: Instant
    ) throws(RTPDropReason) -> Bool {
        let payload = try VP8Payload(parsing: payload)
        guard payload.piece.byteCount <= PacketStore.slotByteCount else { return false }
        let isFirst = payload.descriptor.isStartOfFrame,
            isKeyFrame = isFirst && VP8FrameHeader.isKeyFrame(payload.piece)
        repair.received(sequence, isRetransmission: isRepair, at: now)
        // A source begins with a key frame: what is before the first packet otherwise was lost.
        if playout.passed == nil, !isKeyFrame { repair.suspect(before: sequence, at: now) }
        let packet = VideoPacket(
            sequence: sequence, timestamp: timestamp, arrival: now, byteCount: payload.piece.byteCount,
            isFirst: isFirst,
            isLast: isMarked,
            kind: Self.kind(of: payload.descriptor, isKeyFrame))
        if case .keep(let slot) = playout.insert(packet, at: now) { packets.store(payload.piece, in: slot) }
        return true
    }

    /// Gives the worker what it should do now.
    public mutating func run(at now: Instant) -> Wish {
        if let isDecoded = participant.nextAnswer() {
            if isDecoded { playout.decoded(at: now) } else { playout.decodingFailed(at: now) }
        }
        playout.timeout(at: now)
        var wish = Wish()
        let review = mend(&wish, at: now)
        while true {
            switch playout.poll() {
            case .decode(let frame, let place): if !decode(frame, into: place) { playout.decodingFailed(at: now) }
            case .show(let place): _ = participant.show(place: place)
            case .drop: break
            case .requestKeyFrame: wish.needsKeyFrame = true
            case .wait(let moment):
                if let passed = playout.passed { repair.passed(passed) }
                wish.wait = review?.orEarlier(moment) ?? moment
                return wish
            }
        }
    }

    /// Looks after what is missing; when to look again.
    private mutating func mend(_ wish: inout Wish, at now: Instant) -> Instant? {
        repair.timeout(at: now)
        while true {
            switch repair.poll() {
            case .ask(let entries): wish.missing += entries
            case .gaveUp(let sequence): playout.gaveUp(through: sequence, at: now)
            case .wait(let moment): return moment
            }
        }
    }

    private func decode(_ frame: Playout.VideoFrame, into place: Int) -> Bool {
        participant.decode(
            into: place, byteCount: frame.byteCount, timestamp: frame.timestamp, at: frame.arrival
        ) { slot in
            var end = 0
            for index in 0..<frame.packetCount {
                let place = VideoPlayout.slot(of: frame.first.advanced(by: index))
                packets.withPacket(in: place) { piece in
                    slot.write(piece, at: end)
                    end += piece.byteCount
                }
            }
        }
    }

    private static func kind(of descriptor: VP8Descriptor, _ isKeyFrame: Bool) -> VideoPacket.Kind {
        var layer: VideoLayer?
        if let word = descriptor.layer, let base = descriptor.baseIndex {
            layer = VideoLayer(index: word.index, base: base, isSync: word.isSync)
        }
        return VideoPacket.Kind(isKeyFrame: isKeyFrame, isNonReference: descriptor.isNonReference, layer: layer)
    }
}
