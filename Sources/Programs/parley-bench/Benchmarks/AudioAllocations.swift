internal import Basics
internal import CodecDriver
internal import Glibc
internal import MediaFiles
internal import MediaURIs
internal import Platform

extension Benchmark {
    /// Allocations for one frame from a source through encoder, rings, jitter buffer and decoder to a sink, counted
    /// over two seconds of two sessions that run: none.
    static let audioAllocations = Benchmark("mallocs-audio-frame") {
        let loop = try AudioLoop()
        loop.carry(frames: 50)
        let frameCount = 100
        let count = Allocations.count { loop.carry(frames: frameCount) }
        return Measurement(value: Double(count) / Double(frameCount), unit: "mallocs", limit: 0, n: frameCount)
    }
}

/// Two sessions in this process: what one says the other hears.
private final class AudioLoop {
    private let speaker: AudioSession
    private let listener: AudioSession
    private let participant: AudioParticipant
    private var sequence = SequenceNumber(rawValue: 0)

    init() throws {
        speaker = try AudioSession(sources: [try .open(SourceURI("test:speech"), nil)]) {}
        let file = try Descriptor.open("/dev/null", O_WRONLY)
        listener = try AudioSession(sinks: [try .open(SinkURI("pipe:1"), file)]) {}
        participant = listener.addParticipant(fileName: "speaker")
        listener.start()
        speaker.start()
    }

    deinit {
        speaker.stop()
        listener.stop()
    }

    /// Does the network's work until so many frames went over.
    func carry(frames: Int) {
        var count = 0
        while count < frames {
            usleep(2_000)
            while speaker.nextOutgoing({ frame, payload in
                participant.receive(
                    ssrc: 1, sequence: sequence, timestamp: frame.mediaTime, payload: payload, at: MonotonicClock.now)
                sequence = sequence.next
                count += 1
            }) {}
        }
    }
}
