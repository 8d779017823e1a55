internal import Basics
internal import CodecDriver
internal import Glibc
internal import MediaFiles
internal import MediaURIs
internal import Platform
internal import RTP

extension Benchmark {
    /// Allocations for one picture from a source through encoder, rings, packets, buffer and decoder to a sink, counted over
    /// two seconds of both threads: none.
    static let videoAllocations = Benchmark("mallocs-video-frame") {
        let loop = try VideoLoop()
        loop.carry(frames: 40)
        let frameCount = 60
        let count = Allocations.count { loop.carry(frames: frameCount) }
        return Measurement(value: Double(count) / Double(frameCount), unit: "mallocs", limit: 0, n: frameCount)
    }
}

/// Both halves of a picture in this process.
private final class VideoLoop {
    private let sender: VideoSender
    private let decoding: VideoDecoding
    private var receiver: VideoReceiver
    private var filter = TemporalLayerFilter(firstPictureID: PictureID(1))
    private var sequence = SequenceNumber(rawValue: 0)
    private var packet = [UInt8](repeating: 0, count: 1_280)

    init() throws {
        sender = try VideoSender {}
        let file = try Descriptor.open("/dev/null", O_WRONLY)
        guard case .pictures(let sink) = try MediaSink.open(SinkURI("pipe:1?kind=y4m"), file) else {
            throw BenchFailure("a sink of pictures was asked for")
        }
        decoding = try VideoDecoding(sinks: [.pictures(sink)]) {}
        receiver = VideoReceiver(decoding.addParticipant(fileName: "speaker"))
        sender.setSource(.pictures(.bars()))
        sender.start()
    }

    deinit {
        sender.stop()
        decoding.stop()
    }

    /// Does the network's work until so many frames went over.
    func carry(frames: Int) {
        var count = 0
        while count < frames {
            usleep(2_000)
            while sender.nextOutgoing({ frame, bytes in
                carry(frame, bytes)
                count += 1
            }) {}
            _ = receiver.run(at: MonotonicClock.now)
        }
    }

    private func carry(_ frame: OutgoingPicture, _ bytes: RawSpan) {
        guard let descriptor = filter.admit(frame.picture.descriptor, isKeyFrame: frame.picture.isKeyFrame) else {
            return
        }
        let packetizer = VP8Packetizer(frameByteCount: bytes.byteCount, descriptor, maximumByteCount: 1_162)
        for index in 0..<packetizer.count {
            var span = packet.mutableRawSpan
            let byteCount = packetizer.write(index, of: bytes, to: &span, at: 0)
            do throws(RTPDropReason) {
                try receiver.receive(
                    sequence: sequence, timestamp: frame.mediaTime, isMarked: packetizer.isLast(index),
                    payload: packet.rawSpan.extracting(first: byteCount), at: MonotonicClock.now)
            } catch { preconditionFailure("our own packets are packets: \(error)") }
            sequence = sequence.next
        }
    }
}
