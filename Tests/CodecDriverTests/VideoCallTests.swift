import Basics
import Foundation
import MediaFiles
import MediaURIs
import Platform
import Playout
import RTP
import Testing

@testable import CodecDriver

/// Both halves of a picture with their threads: source, encoder, packets, decoder, files.
@Suite(.serialized) struct VideoCallTests {
    /// What the network thread does between a sender and a decoder.
    final class Network {
        let sender: VideoSender, decoding: VideoDecoding, participant: VideoParticipant
        var receiver: VideoReceiver
        var events: [VideoDecodingEvent] = [], sendingEvents: [VideoSendingEvent] = []
        var keyFrameRequests = 0
        private var filter = TemporalLayerFilter(firstPictureID: PictureID(1))
        private var sequence = SequenceNumber(rawValue: 65_500)
        private var packet = [UInt8](repeating: 0, count: 1_280)
        private var frameCount = 0
        private let wake: DispatchSemaphore

        init(_ source: MediaSource, sinks: [PictureSink]) throws {
            let wake = DispatchSemaphore(value: 0)
            self.wake = wake
            sender = try VideoSender(bitrate: .kilobits(400)) { wake.signal() }
            decoding = try VideoDecoding(sinks: sinks) { wake.signal() }
            participant = decoding.addParticipant(fileName: "peer")
            receiver = VideoReceiver(participant)
            sender.setSource(source)
            sender.start()
        }

        /// Works until `isDone`, or until the machine must be broken. Frames whose number `isLost` names do not arrive.
        func run(until isDone: (Network) -> Bool, isLost: (Int) -> Bool = { _ in false }) {
            let patience = MonotonicClock.now + .seconds(60)
            while !isDone(self), MonotonicClock.now < patience {
                while sender.nextOutgoing({ frame, bytes in
                    frameCount += 1
                    if !isLost(frameCount) { carry(frame, bytes) } else { sequence = sequence.next }
                }) {}
                let wish = receiver.run(at: MonotonicClock.now)
                if wish.needsKeyFrame {
                    keyFrameRequests += 1
                    sender.requestKeyFrame()
                }
                while let event = decoding.nextEvent() { events.append(event) }
                while let event = sender.nextEvent() { sendingEvents.append(event) }
                // No wake follows the last event.
                if !isDone(self) { rest(until: min(wish.wait ?? patience, patience)) }
            }
        }

        /// Until a thread has something to say, or the receiver something to do.
        private func rest(until moment: Instant) {
            let left = max(0, (moment - MonotonicClock.now).nanoseconds)
            _ = wake.wait(timeout: .now() + .nanoseconds(Int(left)))
        }

        private func carry(_ frame: OutgoingPicture, _ bytes: RawSpan) {
            guard let descriptor = filter.admit(frame.picture.descriptor, isKeyFrame: frame.picture.isKeyFrame) else {
                return
            }
            let packetizer = VP8Packetizer(frameByteCount: bytes.byteCount, descriptor, maximumByteCount: 1_162)
            for index in 0..<packetizer.count {
                var span = packet.mutableRawSpan
                let count = packetizer.write(index, of: bytes, to: &span, at: 0)
                do throws(RTPDropReason) {
                    try receiver.receive(
                        sequence: sequence, timestamp: frame.mediaTime, isMarked: packetizer.isLast(index),
                        payload: packet.rawSpan.extracting(first: count), at: MonotonicClock.now)
                } catch { Issue.record("\(error)") }
                sequence = sequence.next
            }
        }

        func finish() {
            sender.stop()
            decoding.stop()
            run(until: { $0.events.contains(.finished) && $0.sendingEvents.contains(.finished) })
        }
    }

    /// A file in a folder of its own.
    final class Place {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

        init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false) }
        deinit { try? FileManager.default.removeItem(at: url) }

        func path(_ name: String) -> String { url.appendingPathComponent(name).path }

        func sink(_ name: String) throws -> PictureSink {
            let file = try Descriptor.open(path(name), O_RDWR | O_CREAT)
            switch try MediaSink.open(SinkURI("file:\(name)"), file) {
            case .pictures(let sink): return .pictures(sink)
            case .encoded(let sink): return .encoded(sink)
            case .sound, .folder, .null: throw Film.Failure()
            }
        }

        func folder(tracks: Set<EncodedFrame.Track> = [.video]) throws -> PictureSink {
            let sink = try MediaSink.open(SinkURI("dir:x"), .open(url.path, O_RDONLY | O_DIRECTORY))
            guard case .folder(let folder) = sink else { throw Film.Failure() }
            return .folder(folder, tracks: tracks)
        }

        func stamps(ofY4M name: String) throws -> [Int] {
            guard case .pictures(let source) = try MediaSource.open(SourceURI("file:x"), .open(path(name), O_RDONLY))
            else { throw Film.Failure() }
            let frame = VideoFrame(VideoTransmitter.smallest)
            var numbers: [Int] = []
            while source.read(into: frame) == .frame { numbers.append(FrameStamp(reading: frame)?.number ?? -1) }
            return numbers
        }

        func stamps(ofEncoded name: String) throws -> [Int] {
            var decoder = VP8Decoder()
            let frame = VideoFrame(VideoTransmitter.smallest)
            return try Film.frames(ofIVF: path(name)).filter { $0.track == .video }.map {
                _ = try Film.decode($0.bytes, with: &decoder, into: frame)
                return FrameStamp(reading: frame)?.number ?? -1
            }
        }
    }

    @Test func picturesComeThroughToEveryKindOfFile() throws {
        let place = try Place()
        let sinks = [
            try place.sink("a.y4m"), try place.sink("a.ivf"), try place.sink("a.webm"), try place.folder(),
        ]
        let network = try Network(.pictures(.bars(try Film.size(160, 90))), sinks: sinks)
        network.run(until: { $0.participant.statistics.shown >= 20 })
        network.participant.heard([UInt8](repeating: 0xF8, count: 80).rawSpan, timestamp: 0, at: MonotonicClock.now)
        network.run(until: { $0.participant.statistics.shown >= 40 })
        network.finish()
        let statistics = network.participant.statistics, size = try Film.size(160, 90)
        #expect(statistics.failed == 0 && statistics.shown >= 40 && statistics.size == size)
        #expect(network.events.first == .pictureShown(participant: 0) && network.events.last == .finished)
        #expect(network.sendingEvents == [.sendingStarted, .finished] && network.keyFrameRequests == 0)
        let shown = try place.stamps(ofY4M: "a.y4m")
        #expect(shown.count == statistics.shown && shown == shown.sorted() && !shown.contains(-1))
        for name in ["a.ivf", "a.webm", "peer.webm"] {
            let stamps = try place.stamps(ofEncoded: name)
            #expect(stamps.count == statistics.decoded && stamps == stamps.sorted() && stamps.first == 0, "\(name)")
        }
        #expect(try Film.frames(ofIVF: place.path("a.webm")).filter { $0.track == .audio }.count == 1)
        #expect(try Film.frames(ofIVF: place.path("peer.webm")).filter { $0.track == .audio }.isEmpty)
    }

    @Test func lostFramesAreMendedByAKeyFrameOnRequest() throws {
        let place = try Place()
        let network = try Network(.pictures(.bars(try Film.size(160, 90))), sinks: [try place.sink("a.y4m")])
        // A frame of layer 0 among them: nothing can be decoded without it.
        network.run(until: { $0.keyFrameRequests > 0 && $0.participant.statistics.shown >= 30 }) {
            (8...14).contains($0)
        }
        network.finish()
        let shown = try place.stamps(ofY4M: "a.y4m")
        #expect(shown == shown.sorted() && Set(shown).count == shown.count && !shown.contains(-1))
        #expect(network.sender.transmission.keyFrames >= 2 && network.participant.statistics.failed == 0)
        #expect(network.receiver.playout.statistics.keyFrames >= 2)
    }

    @Test func framesThatCannotBeDecodedAreAnsweredAndAskForAKeyFrame() throws {
        let wake = DispatchSemaphore(value: 0)
        let decoding = try VideoDecoding { wake.signal() }
        var receiver = VideoReceiver(decoding.addParticipant(fileName: "peer"))
        // A key frame by its head, and nothing behind it.
        let payload: [UInt8] = [0x10, 0x10, 0xFF, 0xFF, 0x9D, 1, 0x2A, 64, 0, 48, 0]
        try receiver.receive(
            sequence: SequenceNumber(rawValue: 1), timestamp: 0, isMarked: true, payload: payload.rawSpan, at: .zero)
        #expect(throws: RTPDropReason.self) {
            let empty: [UInt8] = [0x10]
            var other = VideoReceiver(decoding.addParticipant(fileName: "other"))
            try other.receive(
                sequence: SequenceNumber(rawValue: 2), timestamp: 0, isMarked: true, payload: empty.rawSpan, at: .zero)
        }
        var now = Instant.zero, isAsked = false
        while receiver.playout.statistics.failedFrames == 0 {
            isAsked = receiver.run(at: now).needsKeyFrame || isAsked
            guard receiver.playout.statistics.failedFrames == 0 else { break }
            try #require(wake.wait(timeout: .now() + .seconds(60)) == .success)
        }
        for _ in 0..<40 where !isAsked {
            now = now + .milliseconds(10)
            isAsked = receiver.run(at: now).needsKeyFrame
        }
        #expect(isAsked && receiver.playout.statistics.failedFrames == 1)
    }

    @Test func sinkThatFailsIsNamedAndTheOthersGoOn() throws {
        let place = try Place()
        // A pipe whose reader is gone.
        func writer() throws -> Descriptor { try Sound.pipe().writer.duplicate() }
        let broken = try MediaSink.open(SinkURI("pipe:1?kind=y4m"), writer())
        guard case .pictures(let sink) = broken else { throw Film.Failure() }
        let network = try Network(
            .pictures(.bars(try Film.size(160, 90))), sinks: [.pictures(sink), try place.sink("a.y4m")])
        network.run(until: { $0.participant.statistics.shown >= 10 })
        network.finish()
        #expect(
            network.events.contains { if case .sinkFailed(0, let reason) = $0 { !reason.isEmpty } else { false } })
        #expect(try place.stamps(ofY4M: "a.y4m").count == network.participant.statistics.shown)
    }
}
