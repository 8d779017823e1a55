public import Basics
public import Playout
public import RTP

/// One participant's picture on the network thread: packets in, orders for the decode worker out.
///
/// After `receive`, after each change of `playout`, when the worker has woken the network thread and when the moment that
/// `run` told has come, call `run`. Nothing is allocated after `init`.
public struct VideoReceiver: ~Copyable {
    /// What decides. Hand in what is known of loss, sound and round trips there; `timeout` and `poll` are called here.
    public var playout = VideoPlayout()

    private let participant: VideoParticipant
    private var packets = PacketStore(slotCount: VideoPlayout.slotCount)

    /// What is to be done.
    public struct Wish: Equatable, Sendable {
        /// Whether the sender should be asked for a key frame.
        public var needsKeyFrame = false
        /// When to call `run` again; nil: when something comes.
        public var wait: Instant?
    }

    /// A receiver for one stream of `participant`.
    public init(_ participant: VideoParticipant) { self.participant = participant }

    /// A packet came; those that were sent again are handed in with the header of the original. False, and it is forgotten,
    /// when it is longer than any datagram. Throws when it is none.
    @discardableResult
    public mutating func receive(
        sequence: SequenceNumber, timestamp: UInt32, isMarked: Bool, payload: RawSpan, at now: Instant
    ) throws(RTPDropReason) -> Bool {
        let payload = try VP8Payload(parsing: payload)
        guard payload.piece.byteCount <= PacketStore.slotByteCount else { return false }
        let isFirst = payload.descriptor.isStartOfFrame
        let packet = VideoPacket(
            sequence: sequence, timestamp: timestamp, arrival: now, byteCount: payload.piece.byteCount,
            isFirst: isFirst,
            isLast: isMarked,
            kind: Self.kind(of: payload.descriptor, isFirst && VP8FrameHeader.isKeyFrame(payload.piece)))
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
        while true {
            switch playout.poll() {
            case .decode(let frame, let place): if !decode(frame, into: place) { playout.decodingFailed(at: now) }
            case .show(let place): _ = participant.show(place: place)
            case .drop: break
            case .requestKeyFrame: wish.needsKeyFrame = true
            case .wait(let moment):
                wish.wait = moment
                return wish
            }
        }
    }

    private func decode(_ frame: Playout.VideoFrame, into place: Int) -> Bool {
        participant.decode(into: place, byteCount: frame.byteCount, at: frame.arrival) { slot in
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
