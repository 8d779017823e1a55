import Basics
import Foundation
import MediaFiles
import Platform
import Synchronization
import Testing

@testable import CodecDriver

/// Files of the decode worker: whom they hold, and from when on.
@Suite(.serialized) struct SharedFileTests {
    /// A worker, and what it said.
    final class Worker {
        let decoding: VideoDecoding
        var events: [VideoDecodingEvent] = []
        private let wake: DispatchSemaphore

        init(_ sinks: [PictureSink]) throws {
            let wake = DispatchSemaphore(value: 0)
            self.wake = wake
            decoding = try VideoDecoding(sinks: sinks) { wake.signal() }
        }

        func finish() throws {
            decoding.stop()
            while !events.contains(.finished) {
                if let event = decoding.nextEvent() {
                    events.append(event)
                } else {
                    try #require(wake.wait(timeout: .now() + .seconds(60)) == .success)
                }
            }
        }
    }

    static func hear(_ participant: VideoParticipant, _ packets: ArraySlice<EncodedFrame>) {
        for packet in packets {
            participant.heard(
                packet.bytes.rawSpan, timestamp: timestamp(packet), at: .zero + .seconds(9) + packet.time)
        }
    }

    private static func timestamp(_ packet: EncodedFrame) -> UInt32 {
        UInt32(truncatingIfNeeded: packet.time.nanoseconds / 1_000 * 48 / 1_000)
    }

    static func frames(_ place: VideoCallTests.Place, _ name: String) throws -> [EncodedFrame] {
        let source = try Talk.open([UInt8](try Data(contentsOf: place.url.appendingPathComponent(name))))
        guard case .sound(let sound) = source, let packets = sound.packets else { throw Talk.Failure() }
        var frames: [EncodedFrame] = [], frame = EncodedFrame()
        while packets.read(into: &frame) == .frame { frames.append(frame) }
        return frames
    }

    @Test func callOfSoundAloneIsAFileOfSound() throws {
        let place = try VideoCallTests.Place(), packets = Talk.packets(WebMSoundTests.tone)
        let worker = try Worker([
            try place.sink("a.webm"), try place.sink("a.y4m"), try place.folder(tracks: [.audio, .video]),
        ])
        let peer = worker.decoding.addParticipant(fileName: "peer")
        Self.hear(peer, packets[..<60])
        try worker.finish()
        #expect(worker.events == [.finished] && peer.statistics.unheard == 0 && peer.statistics.unwritten == 0)
        for name in ["a.webm", "peer.webm"] {
            let frames = try Self.frames(place, name)
            #expect(frames == Array(packets[..<60]), "\(name)")
        }
    }

    @Test func fileIsOfTheFirstWhoIsHeard() throws {
        let place = try VideoCallTests.Place(), packets = Talk.packets(WebMSoundTests.tone)
        let worker = try Worker([try place.sink("a.webm")])
        let first = worker.decoding.addParticipant(fileName: "first")
        let second = worker.decoding.addParticipant(fileName: "second")
        Self.hear(first, packets[..<1])
        while second.soundWish.load(ordering: .relaxed) != .refused { sched_yield() }
        Self.hear(second, packets[10..<40])
        Self.hear(first, packets[1..<30])
        try worker.finish()
        #expect(try Self.frames(place, "a.webm").map(\.bytes) == packets[..<30].map(\.bytes))
        #expect(first.statistics.unheard == 0 && second.statistics.unheard == 30)
    }

    @Test func soundBeforeTheFirstPictureIsKept() throws {
        let place = try VideoCallTests.Place(), packets = Talk.packets(WebMSoundTests.tone)
        let network = try VideoCallTests.Network(
            .pictures(.bars(try Film.size(160, 90))), sinks: [try place.sink("a.webm")])
        let other = network.decoding.addParticipant(fileName: "other")
        for packet in packets[..<20] {
            network.participant.heard(packet.bytes.rawSpan, timestamp: Self.timestamp(packet), at: MonotonicClock.now)
        }
        network.run(until: { $0.participant.statistics.shown >= 10 })
        while other.soundWish.load(ordering: .relaxed) != .refused { sched_yield() }
        for packet in packets[20..<25] {
            other.heard(packet.bytes.rawSpan, timestamp: Self.timestamp(packet), at: MonotonicClock.now)
        }
        network.finish()
        let frames = try Film.frames(ofIVF: place.path("a.webm"))
        #expect(frames.first?.track == .audio && frames.filter { $0.track == .audio }.count == 20)
        #expect(frames.filter { $0.track == .video }.count == network.participant.statistics.decoded)
        #expect(other.statistics.unheard == 5 && network.participant.statistics.unheard == 0)
    }
}
