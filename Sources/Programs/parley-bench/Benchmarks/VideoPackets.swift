internal import Basics
internal import Playout
internal import RTP

extension Benchmark {
    /// A packet of a picture without sealing and coding: cut from a frame, written, parsed, noted as sent and as received,
    /// kept, put together with the others, and its picture shown. The time for one packet, and what it allocates: nothing.
    static let videoPackets = [
        Benchmark("video-packet") {
            var loop = VideoLoop()
            loop.carry(frames: 30)
            let frameCount = 3_000
            let packetCount = loop.packetCount
            let times = (0..<10).map { _ in
                ContinuousClock().measure { loop.carry(frames: frameCount) }
            }.sorted()
            let count = Double((loop.packetCount - packetCount) / times.count)
            guard loop.isComplete else { throw BenchFailure("a frame was not shown") }
            return Measurement(
                value: Double(times[0].nanoseconds) / count, unit: "ns", n: times.count,
                spread: times[times.count / 2] / times[0] - 1)
        },
        Benchmark("mallocs-video-packet") {
            var loop = VideoLoop()
            loop.carry(frames: 300)
            let packetCount = loop.packetCount
            let count = Allocations.count { loop.carry(frames: 3_000) }
            guard loop.isComplete else { throw BenchFailure("a frame was not shown") }
            let sent = loop.packetCount - packetCount
            return Measurement(value: Double(count) / Double(sent), unit: "mallocs", limit: 0, n: sent)
        },
    ]
}

/// A sender and a receiver of a picture in one: 30 frames of three temporal layers a second, 1.2 Mbit/s.
private struct VideoLoop {
    private(set) var packetCount = 0

    private static let frame = [UInt8](repeating: 0x31, count: 8_000)
    private let frameByteCounts = [8_000, 3_000, 5_000, 3_000]
    private let layers: [UInt8] = [0, 2, 1, 2]
    private var packet = [UInt8](repeating: 0, count: 1_200)
    private var sender = RTPSender(
        ssrc: 1, firstSequence: SequenceNumber(rawValue: 65_000), firstTimestamp: 7, payloadType: VP8Payload.payloadType
    )
    private var filter = TemporalLayerFilter(firstPictureID: PictureID(0))
    private var store = RetransmissionStore()
    private var repair = LossRepair()
    private var playout = VideoPlayout()
    private var frameCount = 0
    private var base: UInt8 = 0
    private var now = Instant.zero

    /// Whether every frame was shown but those that still wait for their time.
    var isComplete: Bool { playout.statistics.shownFrames >= frameCount - 2 }

    mutating func carry(frames count: Int) {
        for _ in 0..<count {
            let phase = frameCount % 4
            if phase == 0 { base &+= 1 }
            var descriptor = VP8Descriptor()
            descriptor.isNonReference = phase % 2 == 1
            descriptor.baseIndex = base
            descriptor.layer = TemporalLayer(index: layers[phase], isSync: phase == 1 || phase == 2)
            send(descriptor, isKeyFrame: frameCount == 0, byteCount: frameByteCounts[phase])
            frameCount += 1
            now += .microseconds(33_333)
            playout.timeout(at: now)
            drain()
        }
    }

    private mutating func send(_ descriptor: VP8Descriptor, isKeyFrame: Bool, byteCount: Int) {
        guard let admitted = filter.admit(descriptor, isKeyFrame: isKeyFrame) else { return }
        let packetizer = VP8Packetizer(frameByteCount: byteCount, admitted, maximumByteCount: 1_162)
        for index in 0..<packetizer.count {
            let count = write(index, packetizer, admitted.pictureID ?? PictureID(0), byteCount: byteCount)
            packetCount += 1
            guard let video = Self.parse(packet.rawSpan.extracting(0..<count), isKeyFrame: isKeyFrame, at: now) else {
                return
            }
            repair.received(video.sequence, isRetransmission: false, at: now)
            _ = playout.insert(video, at: now)
            drain()
        }
    }

    private mutating func write(_ index: Int, _ packetizer: VP8Packetizer, _ pictureID: PictureID, byteCount: Int)
        -> Int
    {
        let header = sender.nextHeader(
            mediaTime: UInt32(truncatingIfNeeded: frameCount * 3_000), marker: packetizer.isLast(index),
            payloadByteCount: packetizer.range(of: index).count)
        var slot = packet.mutableRawSpan
        header.write(to: &slot)
        let count = packetizer.write(
            index, of: Self.frame.rawSpan.extracting(0..<byteCount), to: &slot, at: RTPHeader.byteCount)
        store.sent(header.sequence, packet: packetCount, pictureID: pictureID, byteCount: count, at: now)
        return RTPHeader.byteCount + count
    }

    private static func parse(_ bytes: RawSpan, isKeyFrame: Bool, at now: Instant) -> VideoPacket? {
        guard let packet = try? RTPPacket(parsing: bytes), let payload = try? VP8Payload(parsing: packet.payload) else {
            return nil
        }
        let descriptor = payload.descriptor
        var layer: VideoLayer?
        if let temporal = descriptor.layer, let base = descriptor.baseIndex {
            layer = VideoLayer(index: temporal.index, base: base, isSync: temporal.isSync)
        }
        return VideoPacket(
            sequence: packet.header.sequence, timestamp: packet.header.timestamp, arrival: now,
            byteCount: payload.piece.byteCount, isFirst: descriptor.isStartOfFrame, isLast: packet.header.marker,
            kind: VideoPacket.Kind(isKeyFrame: isKeyFrame, isNonReference: descriptor.isNonReference, layer: layer))
    }

    private mutating func drain() {
        if let passed = playout.passed { repair.passed(passed) }
        while case .ask = repair.poll() {}
        while true {
            switch playout.poll() {
            case .decode: playout.decoded(at: now)
            case .show, .drop, .requestKeyFrame: break
            case .wait: return
            }
        }
    }
}
