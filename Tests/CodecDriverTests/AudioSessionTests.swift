import Basics
import Foundation
import MediaFiles
import MediaURIs
import Platform
import Testing

@testable import CodecDriver

/// Two sessions on their real threads. Nothing here depends on how fast the machine is.
@Suite struct AudioSessionTests {
    /// What the network thread does: takes frames and events whenever it is woken.
    final class Pump {
        let bell = DispatchSemaphore(value: 0)
        private(set) var events: [AudioEvent] = []
        private(set) var payloads: [[UInt8]] = []
        var frameCount: Int { payloads.count }
        private var number: UInt16 = 0

        /// What somebody hears who gets every frame.
        func decoded() -> [Float] {
            let decoder = OpusDecoder()
            return payloads.flatMap { OpusTests.decode($0, with: decoder) ?? [] }
        }

        /// Carries frames from `sender` to `participant` until `isDone`.
        func run(
            _ sender: AudioSession, to participant: AudioParticipant?, and others: [AudioSession] = [],
            until isDone: (Pump) -> Bool
        ) {
            while !isDone(self) {
                bell.wait()
                while sender.nextOutgoing({ frame, payload in
                    payloads.append([UInt8](payload))
                    participant?.receive(
                        ssrc: 1, sequence: SequenceNumber(rawValue: number), timestamp: frame.mediaTime,
                        payload: payload, at: MonotonicClock.now)
                    number &+= 1
                }) {}
                for session in [sender] + others { while let event = session.nextEvent() { events.append(event) } }
            }
        }
    }

    static func session(_ pump: Pump, sources: [AudioSource] = [], sinks: [AudioSink] = []) throws -> AudioSession {
        let bell = pump.bell
        return try AudioSession(sources: sources, sinks: sinks) { bell.signal() }
    }

    @Test func soundGoesFromSourceToSink() throws {
        let pump = Pump(), file = try Sound.file()
        let sender = try Self.session(pump, sources: [try Sound.source(Sound.tone(440, count: 24_000))])
        let listener = try Self.session(pump, sinks: [try AudioSink.open(SinkURI("file:x"), file.duplicate())])
        let participant = listener.addParticipant(fileName: "a")
        listener.start()
        sender.start()
        pump.run(sender, to: participant, and: [listener]) { $0.events.contains(.sendingStopped) }
        #expect(pump.frameCount == 26)
        #expect(pump.events.contains(.mediaStarted(participant: 0)))
        sender.stop()
        listener.stop()
        pump.run(sender, to: participant, and: [listener]) { $0.events.filter { $0 == .finished }.count == 2 }
        let heard = Sound.samples(ofWAV: try Sound.bytes(of: file))
        #expect(heard.count >= 960 && heard.count % 960 == 0)
        #expect(sender.transmission.frames == 26 && sender.transmission.payloadBytes == 26 * 80)
    }

    @Test func stopHoldsAtOnceAndIsTheLastEvent() throws {
        let pump = Pump()
        let session = try Self.session(pump, sources: [try AudioSource.open(SourceURI("test:speech"), nil)])
        session.start()
        pump.run(session, to: nil) { $0.frameCount >= 5 }
        session.stop()
        #expect(!session.nextOutgoing { _, _ in })
        pump.run(session, to: nil) { $0.events.contains(.finished) }
        #expect(pump.events == [.sendingStarted, .finished])
    }

    @Test func withoutADescriptorThereIsNoSession() async {
        await #expect(processExitsWith: .success) {
            while dup(2) >= 0 {}
            do throws(SystemError) {
                _ = try AudioSession {}
                exit(1)
            } catch { exit(error.code == EMFILE ? 0 : 2) }
        }
    }

    @Test func sessionThatNeverStartedStopsToo() throws {
        let pump = Pump(), file = try Sound.file()
        let session = try Self.session(pump, sinks: [try AudioSink.open(SinkURI("file:x"), file.duplicate())])
        session.stop()
        pump.run(session, to: nil) { $0.events.contains(.finished) }
        #expect(try Sound.bytes(of: file).count == 44, "an empty file that can be played")
    }

    @Test func sourceAndParticipantMayComeAndGo() throws {
        let pump = Pump()
        let session = try Self.session(pump)
        session.start()
        let source = session.add(try AudioSource.open(SourceURI("test:tone"), nil))
        pump.run(session, to: nil) { $0.frameCount >= 3 }
        session.remove(source: source)
        pump.run(session, to: nil) { $0.events.contains(.sendingStopped) }
        let again = session.add(try AudioSource.open(SourceURI("test:tone"), nil))
        #expect(again == source + 1)
        let seen = pump.frameCount
        pump.run(session, to: nil) { $0.frameCount >= seen + 3 }
        session.remove(session.addParticipant(fileName: "a"))
        session.stop()
        pump.run(session, to: nil) { $0.events.contains(.finished) }
    }

    /// A muted session sends frames, as many as ever, and in them nothing of the tone; then the tone again.
    @Test func mutedSessionSendsSilence() throws {
        let pump = Pump()
        let session = try Self.session(pump, sources: [try AudioSource.open(SourceURI("test:tone"), nil)])
        session.start()
        pump.run(session, to: nil) { $0.frameCount >= 10 }
        session.setMuted(true)
        let muted = pump.frameCount
        pump.run(session, to: nil) { $0.frameCount >= muted + 20 }
        session.setMuted(false)
        let unmuted = pump.frameCount
        pump.run(session, to: nil) { $0.frameCount >= unmuted + 20 }
        session.stop()
        let heard = pump.decoded()
        // One frame may have been on its way to the ring; in the next the listener's decoder lets the tone ring out.
        #expect(Sound.power(heard[((muted + 2) * 960)..<(unmuted * 960)]) < 1e-6)
        #expect(abs(Sound.amplitude(440, in: heard[((unmuted + 4) * 960)...]) - 0.25) < 0.03)
        #expect(heard.count == pump.frameCount * 960)
    }
}
